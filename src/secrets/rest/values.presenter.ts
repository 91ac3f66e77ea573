import { SecretValue } from '../../core/secret-value.js';
import { successStatus } from '../../core/success-status.js';
import type { Answer } from '../../platform/http/answer.js';
import { renderFormat } from '../domain/formats/render.js';
import { type ShownEntry, mergedValues, valuesBody } from '../domain/values/values-body.js';
import type { ValuesRead } from '../read/secret-values.js';
import { type Rendered, type SecretForm, mediaTypes } from './secret.presenter.js';

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

export function presentValues({ etag, content }: ValuesRead<Rendered>): Answer {
  if (content === undefined) return { status: successStatus.notModified, headers: { etag } };
  const { body, mediaType } = content;
  return { status: 200, headers: { etag, 'content-type': mediaType }, body: body.reveal() };
}
