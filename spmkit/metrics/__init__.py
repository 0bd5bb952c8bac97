"""The metrics of the field, a package a subject, and the lines that they read."""
