"""The reporting cyclogram: when the window of a form opens, when it is due, until when it is late, when it
closes.
"""
