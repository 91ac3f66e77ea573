import { describe, expect, it } from 'vitest';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { checkWrite, concerningFindings } from '../../../../src/secrets/domain/check-write.js';
import type { CheckSubject, Finding } from '../../../../src/secrets/domain/secret-checks.js';
import { NoChecks } from '../no-checks.js';
import { storedSecret } from './secret.builder.js';

const finding = (rest: Partial<Finding> = {}): Finding => ({
  schema: 'login',
  isEnforced: true,
  isOfEachWrite: false,
  keys: ['password'],
  error: { pointer: '/data/password', reason: 'must have minLength 12' },
  ...rest,
});

class Checks extends NoChecks {
  readonly counted: Finding[] = [];
  readonly #found: readonly Finding[];

  constructor(...found: readonly Finding[]) {
    super();
    this.#found = found;
  }

  override schemasOf({ labels }: CheckSubject): ReadonlySet<string> {
    return new Set(Object.values(labels));
  }

  override findings(): readonly Finding[] {
    return this.#found;
  }

  override count(concerning: readonly Finding[]): void {
    this.counted.push(...concerning);
  }
}

const labelled = storedSecret({ labels: { 'sallyport.dev/schema': 'login' } });
const write = (touched: readonly string[]) => ({
  before: labelled,
  after: labelled,
  touched: new Set(touched),
});

describe('a finding concerns a write', () => {
  const former = new Set(['login']);
  it.each([
    ['of its key', finding(), ['password'], true],
    ['of another key', finding(), ['username'], false],
    ['of any key, if the rule may read all', finding({ keys: undefined }), ['username'], true],
    ['of no key, if the rule may read all', finding({ keys: undefined }), [], false],
    ['of another key, if each write answers', finding({ isOfEachWrite: true }), [], true],
    ['of another key, if the schema is new to it', finding({ schema: 'new' }), [], true],
  ])('%s', (_name, one, touched, isConcerned) => {
    const found = concerningFindings([one], { touched: new Set(touched), former });
    expect(found).toHaveLength(isConcerned ? 1 : 0);
  });

  it('that creates the Secret', () => {
    expect(concerningFindings([finding()], { touched: 'all', former })).toHaveLength(1);
  });
});

describe('a write', () => {
  it('is refused with the rule that it breaks, and counted', async () => {
    const checks = new Checks(finding());
    const refused = await checkWrite(checks, write(['password'])).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(SallyportError);
    expect(refused).toMatchObject({ code: 'Invalid', errors: [finding().error] });
    expect(checks.counted).toHaveLength(1);
  });

  it('passes if it leaves the key as it is, and is not counted', async () => {
    const checks = new Checks(finding());
    expect(await checkWrite(checks, write(['username']))).toEqual([]);
    expect(checks.counted).toEqual([]);
  });

  it('passes with a warning if the schema warns', async () => {
    const checks = new Checks(finding({ isEnforced: false }));
    expect(await checkWrite(checks, write(['password']))).toEqual([
      'schema login: /data/password must have minLength 12',
    ]);
  });
});
