/** Conversion before a value is inserted; `urlencode` keeps RFC 3986's unreserved set. */
export type TemplateFilter = 'urlencode' | 'base64';

export interface TemplatePlace {
  readonly name: string;
  readonly filters: readonly TemplateFilter[];
}

export type TemplatePart = { readonly literal: string } | TemplatePlace;

export type ParsedTemplate =
  | { readonly parts: readonly TemplatePart[] }
  | { readonly problem: string };

const KEY_NAME = /^[-._a-zA-Z0-9]{1,253}$/;

/**
 * Parses a text with fields like `{{ name }}` or `{{ name | urlencode }}`. Names refer to keys;
 * several filters apply from left to right. All other text is literal.
 */
export function parseTemplate(template: string): ParsedTemplate {
  const [before = '', ...openings] = template.split('{{');
  const parts: TemplatePart[] = [{ literal: before }];
  for (const opening of openings) {
    const end = opening.indexOf('}}');
    if (end === -1) return { problem: 'must close each {{ with }}' };
    const place = parsePlace(opening.slice(0, end));
    if ('problem' in place) return place;
    parts.push(place, { literal: opening.slice(end + 2) });
  }
  return { parts };
}

/** Encodes every octet of UTF-8 but unreserved characters as %XX. RFC 3986, section 2. */
export function percentEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function parsePlace(place: string): TemplatePlace | { readonly problem: string } {
  const [name = '', ...filters] = place.split('|').map((word) => word.trim());
  if (!KEY_NAME.test(name)) return { problem: 'must have a name between {{ and }}' };
  const known = filters.filter((filter) => isFilter(filter));
  if (known.length < filters.length) {
    return { problem: 'must have no filters but urlencode and base64' };
  }
  return { name, filters: known };
}

function isFilter(word: string): word is TemplateFilter {
  return word === 'urlencode' || word === 'base64';
}
