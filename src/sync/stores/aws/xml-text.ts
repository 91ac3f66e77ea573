import { syncLimits } from '../../../core/sync-limits.js';

/**
 * Returns the text of the only element of a name in an answer in XML; undefined if it is missing,
 * there twice, or has other characters. An answer with a document type, a comment or CDATA has a
 * second reading, and is not read. The pattern is the source of an expression without groups, and
 * allows neither `<` nor `&`, so that nothing has to be decoded.
 */
export function xmlText(xml: string, element: string, pattern: string): string | undefined {
  if (xml.length > syncLimits.xmlCharactersMax || xml.includes('<!')) return undefined;
  const starts = xml.split(`<${element}`).length - 1;
  if (starts !== 1) return undefined;
  return new RegExp(`<${element}>(${pattern})</${element}>`).exec(xml)?.[1];
}
