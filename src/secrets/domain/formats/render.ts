import { badRequest, type FieldError } from '../../../core/errors/sallyport-error.js';
import { refuseIfAny } from '../field-errors.js';
import { pointerTo } from '../json-pointer.js';
import type { SecretData } from '../secret.js';
import { type ReadEncoding, sortedEntries } from '../value-map.js';
import { renderDocker } from './docker.js';
import { renderDotenv } from './dotenv.js';
import { renderEnv } from './env.js';
import { renderJson } from './json.js';
import { renderProperties } from './properties.js';
import type { NameMapping, TextEntries } from './text-entries.js';
import { renderYaml } from './yaml.js';

export type { NameMapping } from './text-entries.js';
export const formatNames = ['json', 'env', 'dotenv', 'docker', 'yaml', 'properties'] as const;
export type FormatName = (typeof formatNames)[number];
/** Formats of environment variables: keys become names in them. */
const variableFormats: readonly FormatName[] = ['env', 'dotenv', 'docker'];

export interface FormatOptions {
  readonly format: FormatName;
  readonly encoding?: ReadEncoding | undefined;
  /** Only for formats of environment variables. */
  readonly names?: NameMapping | undefined;
}

/**
 * Renders the bare map in a format of docs/formats.md, every line ended by LF. Throws Invalid
 * naming keys that the format cannot contain, BadRequest if `names` has no meaning.
 */
export function renderFormat(data: SecretData, options: FormatOptions): string {
  const { format, encoding = 'auto', names } = options;
  if (names !== undefined && !variableFormats.includes(format)) {
    throw badRequest(`names is for format=${variableFormats.join(', ')} only`);
  }
  const entries = textEntries(data, encoding);
  switch (format) {
    case 'json':
      return renderJson(entries);
    case 'env':
      return renderEnv(entries, names);
    case 'dotenv':
      return renderDotenv(entries, names);
    case 'docker':
      return renderDocker(entries, names);
    case 'yaml':
      return renderYaml(entries);
    case 'properties':
      return renderProperties(entries);
  }
}

function textEntries(data: SecretData, encoding: ReadEncoding): TextEntries {
  const errors: FieldError[] = [];
  const entries: [string, string][] = [];
  for (const [key, value] of sortedEntries(data)) {
    const text = encoding === 'base64' ? value.revealBase64() : value.revealText();
    if (text !== undefined) entries.push([key, text]);
    else {
      const reason = 'holds bytes that are not UTF-8 text; ask with encoding=base64';
      errors.push({ pointer: pointerTo('data', key), reason });
    }
  }
  refuseIfAny(errors);
  return entries;
}
