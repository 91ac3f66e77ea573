import { describe, expect, it } from 'vitest';

import { TextNormaliser } from './text-normaliser.js';

const uidOf = (digit: string) => `0000000${digit}-0000-4000-8000-000000000000`;

describe('text of kubectl without what varies', () => {
  it('shows which identifiers and versions are equal', () => {
    const normaliser = new TextNormaliser({});
    expect(normaliser.text(`${uidOf('1')} ${uidOf('2')} ${uidOf('1')}`)).toBe(
      '<uid 1> <uid 2> <uid 1>',
    );
    expect(normaliser.text('resourceVersion: "12"\n"resourceVersion":"13"')).toBe(
      'resourceVersion: "<version 1>"\n"resourceVersion":"<version 2>"',
    );
    expect(normaliser.text('  Resource Version:  12')).toBe('  Resource Version:  <version 1>');
  });

  it('has no ages, and no widths of their columns', () => {
    const normaliser = new TextNormaliser({});
    const one = normaliser.text('NAME   AGE    LABELS\na      2m3s   b=c\nd      4s     e=f');
    const other = normaliser.text('NAME   AGE   LABELS\na      8s    b=c\nd      9s    e=f');
    expect(one).toBe(other);
    expect(normaliser.text('a   1   35s')).toBe('a   1   <age>');
  });

  it('has no times, tokens, random names and addresses', () => {
    const normaliser = new TextNormaliser({ 'https://127.0.0.1:1': '<server>' });
    const text =
      'at 2026-01-02T03:04:05Z, Fri, 02 Jan 2026 03:04:05 +0000: https://127.0.0.1:1 ' +
      '/LIVE-123/v1.Secret eyJhbGci.eyJpc3Mi.c2ln';
    expect(normaliser.text(text)).toBe(
      'at <time>, <time>: <server> /LIVE-<random>/v1.Secret <jwt>',
    );
  });

  it('leaves counts and sizes alone', () => {
    const text = 'db   Opaque   12   \npassword:  16 bytes';
    expect(new TextNormaliser({}).text(text)).toBe(text);
  });
});
