import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../../../../src/environments/domain/template.js';
import { TemplateRenderer } from '../../../../src/environments/domain/template-renderer.js';
import { values } from '../../secrets/domain/secret.builder.js';

function render(template: string, texts: Readonly<Record<string, string | Uint8Array>>): string {
  return new TemplateRenderer(values(texts)).rendered(parseTemplate(template));
}

describe('a rendered template', () => {
  it('has values and the results of functions in place of placeholders', () => {
    const text = 'user={{ USER }}\ndsn={{ HOST | dsn("pg", USER, PASSWORD, "app") }}\n';
    expect(render(text, { USER: 'a', HOST: 'db', PASSWORD: 'p@ss' })).toBe(
      'user=a\ndsn=pg://a:p%40ss@db/app\n',
    );
  });

  it('is refused for a value that is not there, or is no text', () => {
    expect(() => render('{{ ABSENT }}', {})).toThrow('uses a value that is not there');
    expect(() => render('{{ A }}', { A: Uint8Array.of(0xff) })).toThrow('are not text');
    expect(render('{{ A | base64 }}', { A: Uint8Array.of(0xff) })).toBe('/w==');
  });

  it('has a bound that counts all templates of one renderer', () => {
    const renderer = new TemplateRenderer(values({ A: 'x'.repeat(400_000) }));
    const template = parseTemplate('{{ A }}');
    renderer.rendered(template);
    renderer.rendered(template);
    expect(() => renderer.rendered(template)).toThrow('make too much text');
  });
});
