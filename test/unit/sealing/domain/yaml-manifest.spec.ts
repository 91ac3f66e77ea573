import { describe, expect, it } from 'vitest';
import { sealingLimits } from '../../../../src/core/sealing-limits.js';
import { parseYamlManifest } from '../../../../src/sealing/domain/yaml-manifest.js';

const parse = (text: string) => parseYamlManifest(Buffer.from(text));

describe('parseYamlManifest', () => {
  it('reads what people write: comments, quotes, blocks and flow', () => {
    const text = `---
# Comment.
a: plain AgB/+=
"b": 'quoted: yes'
c: |
  AgBx
  AgBy
d: {e: "f", g: []}
h: null
i:
...
`;
    expect(parse(text)).toEqual({
      a: 'plain AgB/+=',
      b: 'quoted: yes',
      c: 'AgBx\nAgBy\n',
      d: { e: 'f', g: [] },
      h: null,
      i: null,
    });
  });

  it('takes no text for what Kubernetes takes for something else', () => {
    const { on, ...values } = parse(
      '"on": on\nyes: a\n'.replace('yes: a', 'a: yes\nb: 0777\nc: 1_000'),
    ) as Record<string, unknown>;
    expect(on).toBe(true);
    expect(Object.values(values).filter((value) => typeof value === 'string')).toEqual([]);
  });

  it.each<[string, string]>([
    ['no document', ''],
    ['only a comment', '# nothing'],
    ['two documents', 'a: b\n---\nc: d\n'],
    ['an alias', 'a: &x b\nc: *x\n'],
    ['a merge key', 'a: b\n<<: {c: d}\n'],
    ['a tag', 'a: !!binary AA==\n'],
    ['a tag of its own', 'a: !secret b\n'],
    ['a directive', '%YAML 1.1\n---\na: b\n'],
    ['a member twice', 'a: b\na: c\n'],
    ['a member twice, once in quotes', 'a: b\n"a": c\n'],
    ['a member twice deep inside', 'x:\n  - a: b\n    a: c\n'],
    ['a name that is no text', 'a: b\n1: c\n'],
    ['a name that is a boolean of YAML 1.1', 'yes: a\n'],
    ['a name that is a list', '? [a]\n: b\n'],
    ['a name that parsers lose', '__proto__: {a: b}\n'],
    ['a mistake', 'a: "b\n'],
    ['tabs', 'a:\n\tb: c\n'],
    ['deep nesting', '['.repeat(10_000)],
  ])('refuses %s', (_, text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'BadRequest' }));
  });

  it('refuses bytes that are no text', () => {
    expect(() => parseYamlManifest(Buffer.from([0x61, 0x3a, 0x20, 0xff]))).toThrow(
      expect.objectContaining({ code: 'BadRequest' }),
    );
  });

  it('quotes nothing of what it refuses', () => {
    for (const text of ['s3cr3t: "s3cr3t\n', 's3cr3t: b\ns3cr3t: c\n', '? [s3cr3t]\n: b\n']) {
      expect(() => parse(text)).toThrow(expect.not.stringContaining('s3cr3t'));
    }
  });

  it('refuses many bytes that take long, and takes a long value', () => {
    const long = 'A'.repeat(1024 * 1024);
    expect(parse(`a: ${long}`)).toEqual({ a: long });
    const many = ': '.repeat(sealingLimits.yamlStructureBytesMax / 2 + 1);
    expect(() => parse(many)).toThrow(expect.objectContaining({ code: 'TooLarge' }));
  });
});
