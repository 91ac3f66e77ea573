import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hasDefault,
  namesIn,
  parseTemplate,
} from '../../../../src/environments/domain/template.js';
import { TemplateProblem } from '../../../../src/environments/domain/template-problem.js';
import { scaled } from '../../../support/scale.js';

describe('a template', () => {
  it.each([
    ['plain', []],
    ['{{ A }}', ['A']],
    ['a{{A}}b{{ B | urlencode }}c', ['A', 'B']],
    ['{{ HOST | dsn("postgresql", USER, PASSWORD, "db") }}', ['HOST', 'USER', 'PASSWORD']],
    ['{{ tls.crt | indent(4) | json }}', ['tls.crt']],
    ['{{ A | default("a \\"quoted\\" \\\\ text") }}', ['A']],
  ])('%s uses %j', (text, names) => {
    expect([...namesIn(parseTemplate(text))]).toEqual(names);
  });

  it.each([
    ['{{ A', 'has {{ without }}'],
    ['A }}', 'has }} without {{'],
    ['{{ }}', 'has a placeholder that does not begin with a name'],
    ['{{ "A" }}', 'has a placeholder that does not begin with a name'],
    ['{{ A + B }}', 'has a placeholder that cannot be read'],
    ['{{ A B }}', 'needs | before a function'],
    [
      '{{ A | none }}',
      'has the unknown function none; there are urlencode, base64, json, default, indent, dsn',
    ],
    ['{{ A | constructor }}', /unknown function constructor/],
    ['{{ A | indent }}', 'needs 1 arguments of indent'],
    ['{{ A | json(1) }}', 'needs 0 arguments of json'],
    ['{{ A | indent( }}', 'needs arguments in the parentheses of indent'],
    ['{{ A | indent(1 }}', 'has a parenthesis of indent that is not closed'],
    ['{{ A }}'.repeat(200), /more than 64 placeholders/],
    [`{{ A ${'| json '.repeat(20)}}}`, /more than 8 functions/],
  ])('%s is refused', (text, reason) => {
    expect(() => parseTemplate(text)).toThrow(TemplateProblem);
    expect(() => parseTemplate(text)).toThrow(reason);
  });

  it('of any text is parsed or refused, in bounded time', () => {
    const pieces = ['{{', '}}', 'A', '|', '(', ')', ',', '"', '\\', ' ', '1', 'json', 'default'];
    const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 200 });
    fc.assert(
      fc.property(texts, (parts) => {
        try {
          parseTemplate(parts.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(TemplateProblem);
        }
      }),
      { numRuns: scaled(20_000) },
    );
    const started = performance.now();
    for (const piece of pieces) {
      expect(() => parseTemplate(`{{ ${piece.repeat(8_000)}`)).toThrow(TemplateProblem);
    }
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

it('has a default for a name if each use has one', () => {
  expect(hasDefault(parseTemplate('{{ A | default("x") }}'), 'A')).toBe(true);
  expect(hasDefault(parseTemplate('{{ A | default("x") }}{{ A }}'), 'A')).toBe(false);
  expect(hasDefault(parseTemplate('{{ B | default(A) }}'), 'A')).toBe(false);
  expect(hasDefault(parseTemplate('{{ A | json | default("x") }}'), 'A')).toBe(false);
});
