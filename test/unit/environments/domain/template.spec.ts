import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hasDefault,
  namesIn,
  parseTemplate,
} from '../../../../src/environments/domain/template.js';
import { TemplateProblem } from '../../../../src/environments/domain/template-problem.js';
import { scaled } from '../../../support/scale.js';
import { processorMs } from '../../../support/processor-time.js';

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
    ['{{ }}', 'placeholder 1 must begin with the name of a value'],
    ['{{ "A" | json }}', 'placeholder 1 must begin with the name of a value'],
    ['{{ A }}{{ A + B }}', 'placeholder 2 cannot be read from its character 4 on'],
    [
      "{{ A | default('x') }}",
      'character 14 on: a name begins with a letter or _, and a text is in',
    ],
    ['{{ A B }}', 'placeholder 1 needs | before a function'],
    [
      '{{ A | none }}',
      'placeholder 1 has the unknown function none; there are urlencode, base64, json, default, indent, dsn',
    ],
    ['{{ A | constructor }}', /unknown function constructor/],
    ['{{ A | indent }}', 'placeholder 1 needs indent as in indent(4)'],
    ['{{ A | json(1) }}', 'placeholder 1 gives arguments to json, which takes none'],
    ['{{ A | json() }}', 'placeholder 1 gives arguments to json, which takes none'],
    ['{{ A | indent( }}', 'placeholder 1 needs indent as in indent(4)'],
    ['{{ A | indent("4") }}', 'placeholder 1 needs a number up to 64 in indent'],
    ['{{ A | indent(N) }}', 'placeholder 1 needs a number up to 64 in indent'],
    ['{{ A | dsn("my scheme", A, A, "d") }}', 'placeholder 1 needs a scheme in dsn, such as'],
    ['{{ A | indent(1 }}', 'has a parenthesis of indent that is not closed'],
    ['{{ A }}'.repeat(200), /more than 64 placeholders/],
    [`{{ A ${'| json '.repeat(20)}}}`, /more than 8 functions/],
  ])('%s is refused', (text, reason) => {
    expect(() => parseTemplate(text)).toThrow(TemplateProblem);
    expect(() => parseTemplate(text)).toThrow(reason);
  });

  it.each([
    ['{"a": {"b": "{{ A }}"}}', ['{"a": {"b": "', { name: 'A', calls: [] }, '"}}']],
    ['A }}', ['A }}']],
    ['{{ "{{" }} A }}', ['{{', ' A }}']],
  ])('%s has braces that are text', (text, parts) => {
    expect(parseTemplate(text)).toEqual(parts);
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
    const started = processorMs();
    for (const piece of pieces) {
      expect(() => parseTemplate(`{{ ${piece.repeat(8_000)}`)).toThrow(TemplateProblem);
    }
    expect(processorMs() - started).toBeLessThan(2_000);
  });
});

it('has a default for a name if each use has one', () => {
  expect(hasDefault(parseTemplate('{{ A | default("x") }}'), 'A')).toBe(true);
  expect(hasDefault(parseTemplate('{{ A | default("x") }}{{ A }}'), 'A')).toBe(false);
  expect(hasDefault(parseTemplate('{{ B | default(A) }}'), 'A')).toBe(false);
  expect(hasDefault(parseTemplate('{{ A | json | default("x") }}'), 'A')).toBe(false);
});
