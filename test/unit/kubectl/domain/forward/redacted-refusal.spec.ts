import { describe, expect, it } from 'vitest';
import { redactedRefusal } from '../../../../../src/kubectl/domain/forward/redacted-refusal.js';

const value = 'U3VwZXJHZWhlaW0=';
const merge = request('application/merge-patch+json');
const json = request('application/json-patch+json');

function request(contentType: string) {
  return { method: 'PATCH', path: [], query: [], accept: '', contentType } as const;
}

function refusal(reason: string, message: string, causes?: readonly object[]) {
  const details = { name: 'db', kind: 'Secret', ...(causes && { causes }) };
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, details };
  return { status: 422, headers: {}, body: Buffer.from(JSON.stringify(status)) };
}

const shown = (answer: { readonly body: Buffer }) =>
  JSON.parse(answer.body.toString('utf8')) as { message: string; details: { causes?: object[] } };

describe('the refusal of a patch', () => {
  it('keeps reason, places and what is wrong there, without the object that it quotes', () => {
    const quoted = `patch: Invalid value: "{\\"data\\":{\\"password\\":\\"${value}\\"}}": json: no`;
    const causes = [{ reason: 'FieldValueInvalid', message: quoted, field: 'patch' }];
    const { message, details } = shown(redactedRefusal(refusal('Invalid', quoted, causes), merge));
    expect(message).toBe('patch: Invalid value: "<omitted>": json: no');
    expect(details.causes).toEqual([
      {
        reason: 'FieldValueInvalid',
        message: 'patch: Invalid value: "<omitted>": json: no',
        field: 'patch',
      },
    ]);
  });

  it('loses every quote, and all behind one whose end cannot be told', () => {
    const two = `[a: Invalid value: "${value}": x, b: Invalid value: "${value}": y]`;
    expect(shown(redactedRefusal(refusal('Invalid', two), merge)).message).toBe(
      '[a: Invalid value: "<omitted>": x, b: Invalid value: "<omitted>": y]',
    );
    const open = `a: Invalid value: map[a:${value}]: x`;
    expect(shown(redactedRefusal(refusal('Invalid', open), merge)).message).toBe(
      'a: Invalid value: "<omitted>"',
    );
  });

  it('says no word of its own about a JSON patch, which carries values to any place', () => {
    const odd = `the name of the object (${value}) does not match the name on the URL (db)`;
    const causes = [{ reason: 'FieldValueInvalid', message: odd, field: 'metadata.name' }];
    const answer = redactedRefusal(refusal('BadRequest', odd, causes), json);
    expect(answer.body.toString('utf8')).not.toContain(value);
    expect(shown(answer)).toMatchObject({
      reason: 'BadRequest',
      details: { causes: [{ reason: 'FieldValueInvalid', field: 'metadata.name' }] },
    });
  });

  it.each(['NotFound', 'Conflict', 'Forbidden'])('keeps the words of a %s', (reason) => {
    expect(shown(redactedRefusal(refusal(reason, 'secrets "db" it is'), json)).message).toBe(
      'secrets "db" it is',
    );
  });

  it('is left alone where it is no object', () => {
    const answer = { status: 500, headers: {}, body: Buffer.from('no') };
    expect(redactedRefusal(answer, merge)).toBe(answer);
  });
});
