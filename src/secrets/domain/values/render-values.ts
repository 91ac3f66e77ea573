import { SecretValue } from '../../../core/secret-value.js';
import { type FormatName, type NameMapping, renderFormat } from '../formats/render.js';
import { mergedValues, type ShownEntry, valuesBody } from './values-body.js';

/** Form of requested values. */
export interface SecretForm {
  readonly format?: FormatName | undefined;
  readonly encoding?: 'base64' | undefined;
  readonly names?: NameMapping | undefined;
}

/** A body, ready to be sent. */
export interface Rendered {
  readonly body: SecretValue;
  readonly mediaType: string;
}

export const mediaTypes = {
  json: 'application/json; charset=utf-8',
  env: 'text/plain; charset=utf-8',
  dotenv: 'text/plain; charset=utf-8',
  docker: 'text/plain; charset=utf-8',
  yaml: 'application/yaml',
  properties: 'text/plain; charset=iso-8859-1',
} as const satisfies Record<FormatName, string>;

/** Renders values; throws Invalid if their bytes or names do not fit the form. */
export function renderValues(form: SecretForm): (entries: readonly ShownEntry[]) => Rendered {
  return (entries) => {
    const { format, encoding, names } = form;
    const text =
      format === undefined
        ? valuesBody(entries, encoding ?? 'auto')
        : renderFormat(mergedValues(entries), { format, encoding, names });
    const body = SecretValue.ofKeptText(text);
    return { body, mediaType: mediaTypes[format ?? 'json'] };
  };
}
