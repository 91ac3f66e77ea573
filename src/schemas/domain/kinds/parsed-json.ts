import { parseJson } from '../../../core/parse-json.js';

/**
 * Returns the value of JSON without members that are there twice; undefined if it is none. Its
 * depth and its count of members are bounded as those of a body.
 */
export function parsedJson(text: string): unknown {
  try {
    return parseJson(Buffer.from(text, 'utf8'));
  } catch {
    // The error's pointer names members of the value.
    return undefined;
  }
}
