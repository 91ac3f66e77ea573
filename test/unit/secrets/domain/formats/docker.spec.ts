import { describe, expect, test } from 'vitest';
import { limits } from '../../../../../src/core/limits.js';
import { renderFormat } from '../../../../../src/secrets/domain/formats/render.js';
import { marker, pointers, values } from '../secret.builder.js';

describe('docker', () => {
  test('writes each value as it is, for Docker takes quotes and escapes as a part of it', () => {
    const entries = { a: "it's $5 \\n #x", b: '', c: ' both ends ', d: '"', e: '=' };
    expect(docker(entries)).toBe(`a=it's $5 \\n #x\nb=\nc= both ends \nd="\ne==\n`);
  });

  test.each([
    ['a line feed', `${marker}\n`],
    ['a carriage return', `${marker}\r`],
    ['NUL', `${marker}\0`],
    ['single quotes around it', `'${marker}'`],
    ['double quotes around it', `"${marker}"`],
    ['nothing but two quotes', '""'],
    ['a line that Docker refuses', 'é'.repeat(limits.dockerLineBytesMax / 2)],
  ])('refuses %s, and names the key', (_name, text) => {
    expect(pointers(() => docker({ a: text, b: 'x' }))).toEqual(['/data/a']);
  });

  test('takes the longest line that Docker takes', () => {
    const text = 'x'.repeat(limits.dockerLineBytesMax - 'a=\n'.length - 1);
    expect(docker({ a: text })).toHaveLength(limits.dockerLineBytesMax - 1);
    expect(pointers(() => docker({ a: `${text}x` }))).toEqual(['/data/a']);
  });

  test('maps names as env does', () => {
    expect(docker({ 'tls.crt': 'x' }, 'upper')).toBe('TLS_CRT=x\n');
    expect(pointers(() => docker({ 'tls.crt': marker }))).toEqual(['/data/tls.crt']);
  });
});

function docker(entries: Record<string, string>, names?: 'upper'): string {
  return renderFormat(values(entries), { format: 'docker', names });
}
