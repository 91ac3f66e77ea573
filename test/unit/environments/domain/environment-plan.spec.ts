import { describe, expect, it } from 'vitest';
import {
  isDefinedBy,
  planEnvironment,
  refuseBrokenTemplates,
} from '../../../../src/environments/domain/environment-plan.js';
import type { ValueSource } from '../../../../src/environments/domain/environment-spec.js';

const defined = (values: Readonly<Record<string, ValueSource>>) => new Map(Object.entries(values));
const secret = (name: string, key: string) => ({ secret: { name, key } });
const values = defined({
  HOST: { value: 'db' },
  PASSWORD: secret('db', 'password'),
  OTHER: secret('cache', 'password'),
  TOKEN: { import: { name: 'shared', key: 'token' } },
  LOGIN: { template: 'app:{{ PASSWORD }}' },
  DSN: { template: 'x://{{ LOGIN }}@{{ HOST }}' },
});

describe('a plan', () => {
  it('has each key, and templates after those that they use', () => {
    const plan = planEnvironment(values);
    expect(plan.shown).toEqual(['DSN', 'HOST', 'LOGIN', 'OTHER', 'PASSWORD', 'TOKEN']);
    expect([...plan.templates.keys()]).toEqual(['LOGIN', 'DSN']);
    expect([...plan.secrets.keys()].toSorted()).toEqual(['OTHER', 'PASSWORD']);
    expect([...plan.imports.keys()]).toEqual(['TOKEN']);
  });

  it('of one value has only what the value is made of', () => {
    const { shown, secrets, imports, literals } = planEnvironment(values, 'DSN');
    expect(shown).toEqual(['DSN']);
    expect([...secrets.keys()]).toEqual(['PASSWORD']);
    expect([imports.size, [...literals.keys()]]).toEqual([0, ['HOST']]);
  });

  it('of an unknown value is none', () => {
    expect(() => planEnvironment(values, 'NONE')).toThrow('has no value "NONE"');
  });

  it.each([
    [{ A: '{{ B }}', B: '{{ A }}' }, /uses itself: A → B → A/],
    [{ A: '{{ A }}' }, /uses itself: A → A/],
    [{ A: '{{ NONE }}' }, /^uses "NONE", which no value and no import defines/],
    [{ A: '{{' }, /has \{\{ without/],
  ])('refuses %j', (templates, reason) => {
    const sources = Object.entries(templates).map(([name, template]) => [name, { template }]);
    const all = defined(Object.fromEntries(sources) as Record<string, ValueSource>);
    let thrown: unknown;
    try {
      planEnvironment(all);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ errors: [{ reason: expect.stringMatching(reason) as string }] });
  });

  it('is bounded in documents that are parsed, each member counted once', () => {
    const members = (key: string, count: number) =>
      defined(
        Object.fromEntries(
          Array.from({ length: count }, (_, at) => {
            return [`K${at}`, { secret: { name: 'db', key, pointer: `/${at % 26}` } }] as const;
          }),
        ),
      );
    expect(planEnvironment(members('c.json', 100)).secrets.size).toBe(100);
    expect(planEnvironment(members('c.yaml', 25)).secrets.size).toBe(25);
    expect(() => planEnvironment(members('c.yaml', 26))).toThrow('more members of documents');
  });

  it('is bounded in keys', () => {
    const many = Array.from({ length: 120 }, (_, at) => [`K${at}`, secret('db', `k${at}`)]);
    const all = defined(Object.fromEntries(many) as Record<string, ValueSource>);
    expect(() => planEnvironment(all)).toThrow('uses more than 100 keys');
  });
});

const templates = (texts: Readonly<Record<string, string>>) =>
  defined(
    Object.fromEntries(Object.entries(texts).map(([name, template]) => [name, { template }])),
  );

it.each([
  ['a plan', planEnvironment],
  ['the write of a definition', refuseBrokenTemplates],
])('%s refuses all templates that cannot be parsed, each by its position', (_what, refuse) => {
  const broken = templates({ A: '{{', B: '{{ C | indent(99) }}', C: 'x' });
  const errors = [
    { pointer: '/values/A/template', reason: 'has {{ without }}' },
    { pointer: '/values/B/template', reason: 'placeholder 1 needs a number up to 64 in indent' },
  ];
  let thrown: unknown;
  try {
    refuse(broken);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ code: 'Invalid', errors });
});

it('parses a broken template once, however often it is used, and has a bounded list', () => {
  const broken = Object.fromEntries(
    Array.from({ length: 150 }, (_, at) => [`B${at}`, `{{ ${'x'.repeat(8_000)}`] as const),
  );
  const uses = Object.keys(broken).slice(0, 60);
  const using = Object.fromEntries(
    Array.from({ length: 50 }, (_, at) => [`U${at}`, uses.map((one) => `{{ ${one} }}`).join('')]),
  );
  let thrown: unknown;
  try {
    planEnvironment(templates({ ...broken, ...using }));
  } catch (error) {
    thrown = error;
  }
  expect((thrown as { readonly errors: readonly unknown[] }).errors).toHaveLength(100);
});

it.each([
  ['HOST', true],
  ['DSN', true],
  ['NONE', false],
  ['OF_NONE', false],
  ['OF_DEFAULT', false],
  ['BROKEN', true],
  ['CIRCLE', true],
])('%s is defined without imports: %s', (name, isDefined) => {
  const more = templates({
    OF_NONE: '{{ DSN }}{{ NONE }}',
    OF_DEFAULT: '{{ NONE | default("x") }}',
    BROKEN: '{{',
    CIRCLE: '{{ CIRCLE }}',
  });
  expect(isDefinedBy(new Map([...values, ...more]), name)).toBe(isDefined);
});
