import { SecretValues } from '@sallyport/client';
import { expect, it } from 'vitest';
import { valueDiff } from '../../../../src/cli/secrets/value-diff.js';

type Texts = Readonly<Record<string, string>>;
const diff = (from: Texts, to: Texts) =>
  valueDiff({
    from: { name: 'version 1', values: new SecretValues({ stringData: from }) },
    to: { name: 'version 2', values: new SecretValues({ stringData: to }) },
  });

it.each<[string, Texts, Texts, readonly string[]]>([
  ['equal values', { a: '1' }, { a: '1' }, []],
  ['a changed value', { a: '1', b: '' }, { a: '2', b: '' }, ['-1', '+2']],
  ['an added value', {}, { a: '1' }, ['+1']],
  ['an added empty value', {}, { a: '' }, []],
  ['a removed value', { a: '1\n' }, {}, ['-1']],
  ['lines', { a: 'x\ny\nz\n' }, { a: 'x\nY\nz\n' }, [' x', '-y', '+Y', ' z']],
  ['a new line feed', { a: 'x' }, { a: 'x\n' }, ['@@', '\\ the new value ends with a line feed']],
  ['bytes', { a: '\u0000' }, { a: 'text' }, ['-1 bytes', '+4 bytes']],
  ['escapes of a terminal', { a: '\u001b[2J' }, { a: 'x' }, ['-4 bytes', '+1 bytes']],
  ['carriage returns', { a: 'x\r\n' }, { a: 'y\r\n' }, ['-x\\r', '+y\\r']],
])('shows %s', (_what, from, to, lines) => {
  expect(diff(from, to).slice(2)).toEqual(lines);
});

it('names the key and both versions', () => {
  expect(diff({}, { b: '1', a: '2' }).filter((line) => /^(---|\+\+\+)/.test(line))).toEqual([
    '--- a (absent)',
    '+++ a (version 2)',
    '--- b (absent)',
    '+++ b (version 2)',
  ]);
});
