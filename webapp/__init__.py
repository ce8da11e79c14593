"""The portal: Flask views by reader, access rules, upload protocol, templates, translations."""
