"""The museum of broken files: each trap once, with the finding it must give."""
