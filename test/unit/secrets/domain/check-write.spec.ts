import { describe, expect, it } from 'vitest';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { checkWrite, concerningFindings } from '../../../../src/secrets/domain/check-write.js';
import type {
  CheckCaller,
  CheckedSecret,
  CheckSubject,
  Finding,
  KeyGroup,
} from '../../../../src/secrets/domain/secret-checks.js';
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
  readonly callers: CheckCaller[] = [];
  groupsOf: readonly KeyGroup[] = [];
  named: ReadonlySet<string> | undefined;
  readonly #found: readonly Finding[];

  constructor(...found: readonly Finding[]) {
    super();
    this.#found = found;
  }

  override schemasOf({ labels }: CheckSubject): ReadonlySet<string> {
    return new Set(Object.values(labels));
  }

  override groups(): readonly KeyGroup[] {
    return this.groupsOf;
  }

  override findings(_secret: CheckedSecret, named?: ReadonlySet<string>): readonly Finding[] {
    this.named = named;
    return this.#found;
  }

  override async findingsFor(caller: CheckCaller): Promise<readonly Finding[]> {
    this.callers.push(caller);
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
  isDryRun: false,
  caller: undefined,
});

describe('a finding concerns a write', () => {
  const former = new Set(['login']);
  const annotations = new Set(['until']);
  it.each([
    ['of its key', finding(), ['password'], true],
    ['of another key', finding(), ['username'], false],
    ['of any key, if the rule may read all', finding({ keys: undefined }), ['username'], true],
    ['of no key, if the rule may read all', finding({ keys: undefined }), [], false],
    ['of another key, if each write answers', finding({ isOfEachWrite: true }), [], true],
    ['of an annotation', finding({ keys: undefined, annotation: 'until' }), [], true],
    ['of another annotation', finding({ keys: undefined, annotation: 'other' }), [], false],
    ['of another key, if the schema is new to it', finding({ schema: 'new' }), [], true],
  ])('%s', (_name, one, touched, isConcerned) => {
    const found = concerningFindings([one], { touched: new Set(touched), annotations, former });
    expect(found).toHaveLength(isConcerned ? 1 : 0);
  });

  it('that creates the Secret', () => {
    expect(concerningFindings([finding()], { touched: 'all', annotations, former })).toHaveLength(
      1,
    );
  });
});

describe('a write', () => {
  it('is refused with the rule that it breaks, and counted', async () => {
    const checks = new Checks(finding());
    const refused = await checkWrite(checks, write(['password'])).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(SallyportError);
    expect(refused).toMatchObject({
      code: 'Invalid',
      message: '/data/password: must have minLength 12 (schema login)',
      errors: [{ ...finding().error, schema: 'login' }],
    });
    expect(checks.counted).toHaveLength(1);
  });

  it('that breaks a rule of its type is refused without the name of a schema', async () => {
    const checks = new Checks(finding({ schema: 'kubernetes.io/tls' }));
    const refused = checkWrite(checks, write(['password']));
    await expect(refused).rejects.toMatchObject({
      message: '/data/password: must have minLength 12',
      errors: [finding().error],
    });
  });

  it('passes if it leaves the key as it is, and is not counted', async () => {
    const checks = new Checks(finding());
    expect(await checkWrite(checks, write(['username']))).toEqual([]);
    expect(checks.counted).toEqual([]);
  });

  it('counts no warning that its caller does not see', async () => {
    const enforced = finding();
    const checks = new Checks(finding({ isEnforced: false }));
    const hidden = { ...write(['password']), hidesWarnings: true };
    expect(await checkWrite(checks, hidden)).toEqual([]);
    expect(checks.counted).toEqual([]);
    const refusing = new Checks(finding({ isEnforced: false, schema: 'other' }), enforced);
    await expect(checkWrite(refusing, hidden)).rejects.toMatchObject({ code: 'Invalid' });
    expect(refusing.counted).toEqual([enforced]);
  });

  it('passes with a warning if the schema warns', async () => {
    const checks = new Checks(finding({ isEnforced: false }));
    expect(await checkWrite(checks, write(['password']))).toEqual([
      'schema login: /data/password must have minLength 12',
    ]);
  });
});

describe('a caller who may not read', () => {
  const group = (keys: readonly string[] | undefined, rest: Partial<KeyGroup> = {}): KeyGroup => ({
    keys,
    isPresence: false,
    isOfEachWrite: false,
    ...rest,
  });
  const blindly = (named: readonly string[], ...groups: readonly KeyGroup[]) => {
    const checks = new Checks(
      finding(),
      finding({ keys: ['other'] }),
      finding({ keys: undefined }),
    );
    checks.groupsOf = groups;
    const blind = new Set(named);
    return checkWrite(checks, { ...write(named), blind }).catch((error: unknown) => error);
  };

  it.each([
    ['a rule over further keys', ['password'], [group(['password', 'dsn'])]],
    ['a rule over any key', ['password'], [group(undefined)]],
    ['a rule of each write', ['x'], [group([], { isOfEachWrite: true })]],
    ['the absence of one of several keys', ['gone'], [group(['gone', 'x'], { isPresence: true })]],
  ])('learns nothing of %s', async (_name, named, groups) => {
    expect(await blindly(named, ...groups)).toMatchObject({ code: 'Forbidden' });
  });

  it('spends the time of the checks on keys that the request sets', async () => {
    const checks = new Checks();
    const blind = new Set(['password']);
    await checkWrite(checks, { ...write(['password']), blind });
    expect(checks.named).toBe(blind);
    await checkWrite(checks, write(['password']));
    expect(checks.named).toBeUndefined();
  });

  it.each([
    [group(['other', 'dsn'])],
    [group(['password'])],
    [group(['password', 'dsn'], { isPresence: true })],
  ])('is told only of the keys that the request sets: %j', async (one) => {
    const refused = await blindly(['password'], one);
    const errors = [{ ...finding().error, schema: 'login' }];
    expect(refused).toMatchObject({ code: 'Invalid', errors });
  });

  it.each([
    ['changes', { until: '1' }, 'Invalid'],
    ['sets, if those before are not known', undefined, 'Invalid'],
    ['leaves', { until: '2' }, undefined],
  ])('answers for an annotation that the request %s', async (_what, annotations, code) => {
    const checks = new Checks(finding({ keys: undefined, annotation: 'until' }));
    const { namespace, type, labels } = labelled;
    const before = { namespace, type, labels, ...(annotations && { annotations }) };
    const after = { ...labelled, annotations: { until: '2' } };
    const given = { ...write([]), before, after, blind: new Set<string>() };
    const refusal = await checkWrite(checks, given).catch((error: unknown) => error);
    expect((refusal as { readonly code?: unknown }).code).toBe(code);
  });

  it('may not bring a stored value under another key', async () => {
    const given = { ...write(['password', 'x']), blind: new Set(['password', 'x']) };
    const carrying = checkWrite(new Checks(), { ...given, carriesValues: true });
    await expect(carrying).rejects.toMatchObject({ code: 'Forbidden' });
    const free = { ...given, before: undefined, after: storedSecret({ labels: {} }) };
    expect(await checkWrite(new Checks(), { ...free, carriesValues: true })).toEqual([]);
  });

  it('may not make another schema apply', async () => {
    const before = storedSecret({ labels: {} });
    const given = { ...write(['password']), before, blind: new Set(['password']) };
    await expect(checkWrite(new Checks(), given)).rejects.toMatchObject({ code: 'Forbidden' });
    const unknown = { ...given, before: undefined };
    await expect(checkWrite(new Checks(), unknown)).rejects.toMatchObject({ code: 'Forbidden' });
  });
});

it('counts no dry run', async () => {
  const checks = new Checks(finding());
  const given = { ...write(['password']), isDryRun: true };
  await expect(checkWrite(checks, given)).rejects.toMatchObject({ code: 'Invalid' });
  expect(checks.counted).toEqual([]);
});

it('takes a turn of the caller, or of a namespace, for a check, and none for a review of the webhook', async () => {
  const checks = new Checks(finding({ isEnforced: false }));
  const write = {
    before: undefined,
    after: storedSecret(),
    touched: 'all',
    isDryRun: true,
    caller: undefined,
  } as const;
  const callers = [
    { principal: { username: 'alice', token: undefined } },
    { work: 'copies', namespace: 'pay' },
  ] as const;
  for (const caller of callers) {
    const warnings = await checkWrite(checks, { ...write, caller });
    expect(warnings).toEqual(await checkWrite(checks, write));
  }
  expect(checks.callers).toEqual(callers);
});
