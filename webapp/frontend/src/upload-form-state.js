// What a reader did to a form before a script could listen: a page is in use long before a slow line has brought it.

export function isTouched(form) {
  return [...form.elements].some((field) => {
    if (field.type === "hidden") return false;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.type === "file") return field.files.length > 0;
    if (field.options) return [...field.options].some((option) => option.selected !== option.defaultSelected) && hasDefault(field);
    return "defaultValue" in field && field.value !== field.defaultValue;
  });
}

// A list in which nothing is marked as chosen shows its first entry.
function hasDefault(list) {
  return list.selectedIndex > 0 || [...list.options].some((option) => option.defaultSelected);
}
