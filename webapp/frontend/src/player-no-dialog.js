// Stands where the controller looks for a list of keys, which pages have in their own words.
