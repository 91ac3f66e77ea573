import type { Buffer } from 'node:buffer';

import { DecodeFailure } from './decode-options.js';
import { DocumentSyntaxError, parseJson } from './json-syntax.js';
import type { RawValue } from './raw-value.js';
import { parseYaml } from './yaml-syntax.js';

export interface ParsedBody {
  readonly value: RawValue;
  /** Duplicates in YAML; the decoder finds JSON's duplicates with their paths. */
  readonly duplicates: readonly string[];
}

const yamlType = /^\s*application\/yaml\b/i;

/** Parses the document in a body. Throws DecodeFailure. */
export function parseBody(body: Buffer, contentType: string): ParsedBody {
  const text = textOf(body);
  if (!yamlType.test(contentType)) {
    return { value: parsedJson(text), duplicates: [] };
  }
  try {
    return parseYaml(text);
  } catch (error) {
    if (!(error instanceof DocumentSyntaxError)) throw error;
    throw new DecodeFailure(`yaml: ${error.message}`);
  }
}

export function textOf(body: Buffer): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(body);
}

function parsedJson(text: string): RawValue {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof DocumentSyntaxError)) throw error;
    throw new DecodeFailure(`couldn't get version/kind; json parse error: ${error.message}`);
  }
}
