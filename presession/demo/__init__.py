"""`presession demo`: makes sample recordings and takes them through the whole product, as people would."""
