"""The product without a screen: from an uploaded recording to a country's published playlist."""
