import { describe, expect, test } from 'vitest';
import { templateReason } from '../../../../../src/rotation/domain/generated/template-problems.js';
import { certificateRules, generated, passwordAt, rawAt, templateAt } from './generated.builder.js';

const generate = [
  passwordAt('password'),
  rawAt('seed'),
  generated('tls.key', { kind: 'certificate', certificate: certificateRules() }),
  templateAt('dsn', 'x'),
  templateAt('host', '{{ host }}'),
];

describe('a template', () => {
  test.each([
    '',
    'plain',
    '{{ password }}@{{ host }}:{{ port }}',
    '{{ tls.key | base64 }}{{ tls.crt }}',
    '{{ seed | base64 }}',
    '{{ seed | base64 | urlencode }}',
  ])('may be %j', (template) => {
    expect(reasonOf(template)).toBeUndefined();
  });

  test('takes a fact where only a template has the same name', () => {
    expect(reasonOf('{{ host }}')).toBeUndefined();
    expect(templateReason('{{ host }}', generate, [])).toContain('a template itself');
  });

  test.each([
    ['{{ user }}', "must use names of generated keys or of the target's facts: user is neither"],
    ['{{ toString }}', 'toString is neither'],
    ['{{ __proto__ }}', '__proto__ is neither'],
    ['{{ dsn }}', 'must not use dsn, which is made by a template itself'],
    ['{{ seed }}', 'must put seed, which is raw bytes, through base64 first'],
    ['{{ seed | urlencode }}', 'through base64 first'],
    ['{{ password | rot13 }}', 'must have no filters but urlencode and base64'],
    ['{{ password }}{{', 'must close each {{ with }}'],
    ['\ud800', 'must be text of at most 4096 characters'],
    ['a'.repeat(4_097), 'must be text of at most 4096 characters'],
  ])('is refused where it is %j', (template, reason) => {
    expect(reasonOf(template)).toContain(reason);
  });
});

function reasonOf(template: string): string | undefined {
  return templateReason(template, generate, ['host', 'port']);
}
