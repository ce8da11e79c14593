// Reads numbers in digits out of a subtitle, as on the server (numerals.py).
const GROUPED = "\\d{1,3}(?:[ \\xa0\\u2009\\u202f'’٬]\\d{3}(?!\\d))+(?:[.,٫]\\d+(?![.,]?\\d))?";
const NUMBER = new RegExp(`${GROUPED}|\\d+(?:[.,٫٬]\\d+)*`, "g");
const YEARS = /(?:^|\D)(19|20)\d\d[-–/]$/;
const GROUP_SIGNS = /[ \xa0\u2009\u202f'’٬]/g;

// The numbers in order: {written, values, parts, start, end}.
export function readNumbers(text, tongue) {
  const plain = text.replace(/\p{Nd}/gu, digitValue);
  return [...plain.matchAll(NUMBER)].flatMap((match) => {
    const start = match.index;
    const written = text.slice(start, start + match[0].length);
    const { power, end } = powerAfter(plain, start + match[0].length, tongue);
    return meanings(match[0]).map(({ values, parts = [] }) => {
      const scaled = power ? values.map((value) => scale(value, power)) : [];
      const later = laterYear(plain, match);
      return { written, values: [...new Set([...values, ...scaled, ...later])], parts, start, end };
    });
  });
}

// The year that two digits are behind another one, as in “2024-25”.
function laterYear(text, match) {
  const years = match[0].length === 2 && YEARS.exec(text.slice(Math.max(0, match.index - 6), match.index));
  return years ? [years[1] + match[0]] : [];
}

function powerAfter(text, from, tongue) {
  let power = 0;
  let end = from;
  for (;;) {
    tongue.scalePattern.lastIndex = end;
    const match = tongue.scalePattern.exec(text);
    if (!match) return { power, end };
    power += match[1] ? tongue.scales[match[1].toLowerCase()] : tongue.signs.scale_signs[match[2]];
    end = tongue.scalePattern.lastIndex;
  }
}

function meanings(digits) {
  const grouped = digits.replace(GROUP_SIGNS, "");
  const parts = grouped.split(/[.,٫]/);
  const signs = grouped.match(/[.,٫]/g) ?? [];
  if (parts.length === 1) return [{ values: [whole(grouped)] }];
  if (parts.length === 2) return [twoParts(parts, grouped === digits)];
  const areGroups = new Set(signs.slice(0, -1)).size === 1 && parts.slice(1, -1).every((part) => part.length === 3);
  if (!areGroups) return parts.map((part) => ({ values: [whole(part)] }));
  const front = parts.slice(0, -1).join("");
  const last = parts[parts.length - 1];
  const isWhole = new Set(signs).size === 1 && last.length === 3;
  return [{ values: [isWhole ? whole(front + last) : decimal(front, last)] }];
}

function twoParts([front, rest], isPlain) {
  const values = [decimal(front, rest)];
  if (isPlain && rest.length === 3 && front.length <= 3 && front !== "0") values.push(whole(front + rest));
  return { values, parts: [whole(front), whole(rest)] };
}

function whole(digits) {
  return digits.replace(/^0+/, "") || "0";
}

function decimal(front, rest) {
  const fraction = rest.replace(/0+$/, "");
  return fraction ? `${whole(front)}.${fraction}` : whole(front);
}

function scale(value, power) {
  const [front, fraction = ""] = value.split(".");
  const rest = fraction.padEnd(power, "0");
  return decimal(front + rest.slice(0, power), rest.slice(power));
}

// Digits of a script stand in a row of ten from its zero on; those of mathematics, in a place of two, are left alone.
function digitValue(digit) {
  if (digit.length > 1) return digit;
  const point = digit.codePointAt(0);
  let zero = point;
  while (zero > point - 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String(point - zero);
}
