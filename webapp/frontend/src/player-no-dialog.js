// Stands where the controller looks for a list of keys, which pages have in their own words: what it needs to know of a
// key's name among those that a page turned off, and no dialog.
export function getHotkeyToken(key) {
  return key === " " ? "nospace" : `no${key.toLowerCase()}`;
}
