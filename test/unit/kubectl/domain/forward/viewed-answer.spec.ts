import { describe, expect, test } from 'vitest';
import {
  viewedAnswer,
  viewedDocument,
} from '../../../../../src/kubectl/domain/forward/viewed-answer.js';
import { marker, refusal } from '../../../secrets/domain/secret.builder.js';
import { columns, line, list, row, secret, single, table, viewOf } from './answers.builder.js';

const one = { ...single, ...secret('a') };
const three = ['a', 'b', 'c'].map((name) => secret(name));
const shown = (name: string) => ({ namespace: 'shop', name, keys: ['password'] });
const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 200 };
const odd = Buffer.from(' {"kind":"Secret",\n"metadata":{"namespace":"shop", "name":"a"}}');

function left(document: unknown, view = viewOf(['b'])): unknown {
  return JSON.parse(viewedAnswer(line(document), view).body.toString());
}

describe('without a view an answer', () => {
  test.each([
    ['about a Secret', line(one), [shown('a')]],
    ['in any form', odd, [{ ...shown('a'), keys: [] }]],
    ['with a list', line(list(three)), ['a', 'b', 'c'].map(shown)],
    ['of another kind', line(status), []],
  ])('%s goes on byte by byte', (_, body, expected) => {
    const answer = viewedAnswer(body);
    expect(answer.body).toBe(body);
    expect(answer.shown).toEqual(expected);
  });

  test('that is not JSON is refused', () => {
    const body = Buffer.from(`kind: Secret\ndata:\n  a: ${marker}\n`);
    expect(refusal(() => viewedAnswer(body)).code).toBe('Unavailable');
    expect(refusal(() => viewedAnswer(body, viewOf(['a']))).code).toBe('Unavailable');
  });
});

describe('a view of an answer about one object', () => {
  test('leaves what it shows byte by byte', () => {
    expect(viewedAnswer(odd, viewOf(['a'])).body).toBe(odd);
    const { body, shown: told } = viewedAnswer(line(one), viewOf(['a']));
    expect([body, told]).toEqual([line(one), [shown('a')]]);
  });

  test('takes values out where it has none', () => {
    const { body, shown: told } = viewedAnswer(line(one), viewOf(['a'], false));
    const { data: _, ...rest } = one as { data?: unknown };
    expect(body).toEqual(line(rest));
    expect(told).toEqual([{ ...shown('a'), keys: [] }]);
  });

  test.each([one, { ...one, kind: 'PartialObjectMetadata' }, { ...single, metadata: {} }])(
    'is refused where it does not show that',
    (document) => {
      const { code, message } = refusal(() => viewedAnswer(line(document), viewOf(['b'])));
      expect([code, message]).toEqual(['Forbidden', 'the scope of the token forbids this']);
    },
  );

  test('leaves a Status', () => {
    expect(viewedAnswer(line(status), viewOf([]))).toEqual({ body: line(status), shown: [] });
  });

  test.each([[[one]], ['text'], [null], [{ ...one, kind: 'ConfigMap' }], [secret('a')]])(
    'is refused for a kind that it does not know: %#',
    (document) => {
      const { code } = refusal(() => viewedAnswer(line(document), viewOf(['a'])));
      expect(code).toBe('Unavailable');
    },
  );
});

describe('a view of a list', () => {
  test('leaves the objects that it shows, and no others', () => {
    expect(left(list(three))).toEqual(list([three[1]]));
    expect(left(list(three), viewOf([]))).toEqual(list([]));
    const rows = three.map(row);
    const columnDefinitions = columns;
    expect(left(table(rows, { columnDefinitions }))).toEqual(
      table([rows[1]], { columnDefinitions }),
    );
    expect(left(table([row(null)]))).toEqual(table([]));
  });

  test('tells of those alone', () => {
    const answer = viewedAnswer(line(list(three)), viewOf(['c', 'a']));
    expect(answer.shown).toEqual([shown('a'), shown('c')]);
  });

  test('takes values out of every object where it has none', () => {
    const { body, shown: told } = viewedAnswer(line(list(three)), viewOf(['a', 'b'], false));
    expect(body.toString()).not.toContain(marker);
    expect(told).toEqual(['a', 'b'].map((name) => ({ ...shown(name), keys: [] })));
  });

  test('does not tell how many there are that it does not show', () => {
    const marks = { resourceVersion: '77', continue: 'next', remainingItemCount: 12 };
    expect(left(list(three, marks))).toEqual(list([three[1]]));
    expect(left(list([three[1]], marks))).toEqual(list([three[1]]));
  });

  test('is byte by byte where it shows everything', () => {
    const view = viewOf(['a', 'b', 'c']);
    for (const body of [line(list(three)), line(table(three.map(row))), line(list([]))]) {
      expect(viewedAnswer(body, view).body).toBe(body);
    }
  });

  test('has nothing of a list that is no array', () => {
    expect(left(list({ a: one }))).toEqual(list([]));
    expect(left(list(null))).toEqual(list([]));
  });
});

test('a parsed answer is the very same where nothing is taken from it', () => {
  const document = list(three);
  expect(viewedDocument(document, viewOf(['a', 'b', 'c']))?.left).toBe(document);
  expect(viewedDocument(one, viewOf(['a']))?.left).toBe(one);
  expect(viewedDocument(one, viewOf(['b']))).toBeUndefined();
});
