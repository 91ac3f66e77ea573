import { SecretBytes } from '@sallyport/client';
import {
  array,
  assert,
  constantFrom,
  oneof,
  property,
  string,
  stringMatching,
  tuple,
  uint8Array,
} from 'fast-check';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import {
  documentText,
  documentValues,
  isEmptyDocument,
  isSameText,
  withComment,
} from '../../../../src/cli/edit/edited-document.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const valuesOf = (texts: Readonly<Record<string, string>>) =>
  new Map(
    Object.entries(texts).map(([key, text]) => [key, new SecretBytes(bytesOf(text))] as const),
  );
const textsOf = (text: string) =>
  Object.fromEntries([...documentValues(text)].map(([key, value]) => [key, value.revealText()]));
const comment = ['Edit it.'];

describe('a document', () => {
  it('has texts, and other bytes as base64', () => {
    const values = valuesOf({
      password: 's3cret',
      port: '5432',
      pem: '-----\nAA\n',
      crlf: 'a\r\n',
    });
    values.set('bytes', new SecretBytes(Uint8Array.of(0, 255)));
    expect(documentText({ values, comment })).toBe(
      '# Edit it.\nstringData:\n  password: s3cret\n  port: "5432"\n  pem: |\n    -----\n    AA\n' +
        'data:\n  crlf: YQ0K\n  bytes: AP8=\n',
    );
  });

  it('gives back the values that it was made of', () => {
    const awkward = constantFrom('', ' ', '\n', '\t', '#', ': ', '- ', '|', '>', '"', "'", 'null');
    const text = oneof(
      string({ unit: 'binary' }),
      array(awkward).map((all) => all.join('')),
    );
    const value = oneof(text.map(bytesOf), uint8Array());
    const key = oneof(stringMatching(/^[-._a-zA-Z0-9]{1,20}$/), constantFrom('__proto__', 'no'));
    assert(
      property(array(tuple(key, value)), (entries) => {
        const all = entries.map(([name, bytes]) => {
          return [name, new SecretBytes(Uint8Array.from(bytes))] as const;
        });
        const values = new Map(all);
        const read = documentValues(documentText({ values, comment }));
        expect([...read.keys()].toSorted()).toEqual([...values.keys()].toSorted());
        for (const [name, one] of values) {
          expect([name, read.get(name)?.equals(one)]).toEqual([name, true]);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('is plain YAML, which other programs read', () => {
    const texts = { a: 'true', b: '0123', c: 'x: y', d: ' lead', e: 'null', f: '~' };
    const read = parse(documentText({ values: valuesOf(texts), comment })) as object;
    expect(read).toEqual({ stringData: texts, data: {} });
  });

  it('takes what users type as text', () => {
    const typed = 'stringData:\n  a: 0123\n  b: true\n  c:\n  d: 1e3\n  e: "q"\n  f: ~\n';
    expect(textsOf(typed)).toEqual({ a: '0123', b: 'true', c: '', d: '1e3', e: 'q', f: '~' });
  });

  it('can lack a section, and can have base64 on several lines', () => {
    expect(textsOf('data:\n  a: |\n    YWFh\n    YWFh\n')).toEqual({ a: 'aaaaaa' });
    expect(textsOf('stringData: {}\n')).toEqual({});
    expect(textsOf('stringData:\ndata:\n')).toEqual({});
  });
});

describe('an invalid document', () => {
  it.each([
    ['stringData:\n  a: leaked: leaked\n', 'line 2 is no valid YAML'],
    ['stringData:\n  a: *leaked\n', 'the value of a is no text: put it in quotes'],
    ['stringData:\n  a: &leaked x\n', 'the value of a is no text: put it in quotes'],
    [
      'stringData:\n  a: "leaked\n  b: x\n',
      'line 2 is no valid YAML: a quote or a bracket has no end',
    ],
    ["stringData:\n  a: 'leaked\n\n", 'line 2 is no valid YAML: a quote or a bracket has no end'],
    ['# c\nstringData:\n  a: [leaked\n  b: x\n', 'line 3 is no valid YAML: a quote or a bracket'],
    ['stringData:\n  a: {leaked: "x\n\n', 'line 2 is no valid YAML: a quote or a bracket'],
    ['stringData:\n  a: x\n  leaked\n', 'line 3 is no valid YAML: a quote, a bracket or a colon'],
    ['stringData:\n  a: leaked\n  a: leaked\n', 'line 3 is no valid YAML: a key is there twice'],
    ['stringData:\n  a: [leaked]\n', 'the value of a is no text'],
    ['stringData:\n  a:\n    leaked: leaked\n', 'the value of a is no text'],
    ['stringData:\n  a: x\ndata:\n  a: eA==\n', 'the key a is in both sections'],
    ['data:\n  a: leaked!\n', 'the value of a is not base64'],
    ['data:\n  a: leake\n', 'the value of a is not base64'],
    ['leaked: leaked\n', 'it has stringData and data, nothing else'],
    ['leaked\n', 'the document is no list of KEY: VALUE'],
    ['stringData: leaked\n', 'stringData is no list of KEY: VALUE'],
    ['stringData:\n  a: x\n---\nleaked: leaked\n', 'begins a second document'],
    ['stringData:\n  a: !!leaked leaked\n', 'needs quotes'],
    ['stringData:\n  a: x\ntheirs:\n  stringData:\n    a: leaked\n', 'solve the conflicts'],
  ])('%j is refused without its values', (text, message) => {
    const failure = (() => {
      try {
        return String([...documentValues(text).keys()]);
      } catch (error) {
        return (error as Error).message;
      }
    })();
    expect(failure).toContain(message);
    expect(failure).not.toContain('leak');
  });
});

describe('comments', () => {
  it('are replaced at the beginning alone', () => {
    const text = '# old\n#\nstringData:\n  # mine\n  a: "# no comment"\n';
    expect(withComment(text, ['new', ''])).toBe(
      '# new\n#\nstringData:\n  # mine\n  a: "# no comment"\n',
    );
  });

  it('alone make no other text', () => {
    expect(isSameText('# old\na: x\n', 'a: x\n')).toBe(true);
    expect(isSameText('# old\na: x\n', '# old\na: y\n')).toBe(false);
  });

  it.each([
    ['', true],
    ['# one\n\n  # two\r\n', true],
    ['stringData:\n', false],
  ])('alone are an empty document: %j', (text, isEmpty) => {
    expect(isEmptyDocument(text)).toBe(isEmpty);
  });
});
