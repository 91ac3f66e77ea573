import { describe, expect, it } from 'vitest';
import { planEnvironment } from '../../../../src/environments/domain/environment-plan.js';
import type { ValueSource } from '../../../../src/environments/domain/environment-spec.js';
import { renderEnvironment } from '../../../../src/environments/domain/render-environment.js';
import { values } from '../../secrets/domain/secret.builder.js';
import { processorMs } from '../../../support/processor-time.js';

function render(
  sources: Readonly<Record<string, ValueSource>>,
  keys: Record<string, string | Uint8Array> = {},
) {
  const plan = planEnvironment(new Map(Object.entries(sources)));
  const rendered = renderEnvironment(plan, values(keys));
  return Object.fromEntries([...rendered].map(([name, value]) => [name, value.revealText()]));
}

const secret = { secret: { name: 'db', key: 'password' } };

describe('the values of a read', () => {
  it('are literals, keys and templates', () => {
    const sources = {
      HOST: { value: 'db' },
      PASSWORD: secret,
      DSN: { template: 'x://{{ PASSWORD | urlencode }}@{{ HOST }}' },
      TWICE: { template: '{{ DSN | base64 }}' },
      NONE: { template: '{{ ABSENT | default("none") }}' },
    };
    expect(render(sources, { PASSWORD: 'a@b' })).toEqual({
      DSN: 'x://a%40b@db',
      HOST: 'db',
      NONE: 'none',
      PASSWORD: 'a@b',
      TWICE: Buffer.from('x://a%40b@db').toString('base64'),
    });
  });

  it('keep bytes that are not text, outside of templates', () => {
    const bytes = Uint8Array.from([0xff, 0xfe]);
    expect(render({ PASSWORD: secret }, { PASSWORD: bytes })).toEqual({ PASSWORD: undefined });
    const inside = { PASSWORD: secret, A: { template: '{{ PASSWORD }}' } };
    let problem: unknown;
    try {
      render(inside, { PASSWORD: bytes });
    } catch (error) {
      problem = error;
    }
    expect(problem).toMatchObject({ errors: [{ pointer: '/values/A/template' }] });
  });

  it('are bounded in what functions read', () => {
    const part = '{{ A | default(B) | default(B) | default(B) | default(B) }}';
    const sources = {
      A: { value: 'x' },
      B: { secret: { name: 'b', key: 'b' } },
      C: { template: part.repeat(60) },
    };
    const started = processorMs();
    expect(() => render(sources, { B: 'y'.repeat(900_000) })).toThrow('make too much text');
    expect(processorMs() - started).toBeLessThan(1_000);
  });

  it('are bounded in what templates make of them', () => {
    const doubling: Record<string, ValueSource> = { V0: { value: 'x'.repeat(8_000) } };
    for (let at = 1; at < 16; at += 1) {
      doubling[`V${at}`] = { template: `{{ V${at - 1} }}`.repeat(20) };
    }
    expect(() => render(doubling)).toThrow('make too much text');
  });
});
