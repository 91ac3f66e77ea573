import { describe, expect, test } from 'vitest';
import { SecretValue } from '../../../../src/core/secret-value.js';
import { GeneratorFault } from '../../../../src/rotation/generators/generator-fault.js';
import { renderTemplate } from '../../../../src/rotation/generators/render-template.js';

const marker = 'a/b "é"';
const values = new Map([
  ['password', SecretValue.fromBytes(Buffer.from(marker))],
  ['seed', SecretValue.fromBytes(Buffer.of(0xff, 0xfe, 0xfd))],
  ['large', SecretValue.fromBytes(Buffer.alloc(400_000, 'x'))],
]);
const facts = { host: 'db', password: 'that of the facts' };

describe('a rendered template', () => {
  test.each([
    ['', ''],
    ['}} { plain', '}} { plain'],
    ['{{ password }}@{{host}}', `${marker}@db`],
    ['{{ password | urlencode }}', 'a%2Fb%20%22%C3%A9%22'],
    ['{{ password | base64 }}', Buffer.from(marker).toString('base64')],
    ['{{ password | base64 | urlencode }}', 'YS9iICLDqSI%3D'],
    ['{{ password | urlencode | base64 }}', btoa('a%2Fb%20%22%C3%A9%22')],
    ['{{ seed | base64 | base64 }}', btoa('//79')],
  ])('puts into %j what the names stand for', (template, text) => {
    expect(rendered(template)).toBe(text);
  });

  test.each([
    ['{{ nobody }}', 'its template uses nobody, which there is not'],
    ['{{ toString }}', 'its template uses toString, which there is not'],
    ['{{ seed }}', 'its template uses seed, which is not text'],
    ['{{ seed | urlencode }}', 'its template uses seed, which is not text'],
    ['{{ host', 'its template must close each {{ with }}'],
    ['{{ large }}{{ large }}{{ large }}', 'what its template makes is larger than a Secret may be'],
  ])('is not made of %j', (template, rule) => {
    expect(() => rendered(template)).toThrow(GeneratorFault);
    expect(() => rendered(template)).toThrow(`the key dsn cannot be generated: ${rule}`);
  });
});

function rendered(template: string): string | undefined {
  return renderTemplate('dsn', template, { values, facts }).revealText();
}
