"""Three renderings of one block model: DOCX for editing, PDF for the archive, HTML for the portal."""
