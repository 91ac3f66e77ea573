import { describe, expect, it } from 'vitest';
import { limits } from '../../../../../src/core/limits.js';
import { annotation } from '../../../../../src/audit/domain/kubernetes-event.js';
import {
  type GatewayIdentity,
  isOfGateway,
  isReportOf,
} from '../../../../../src/audit/ingest/domain/is-report-of.js';
import {
  accountUser,
  brokerUser,
  gateway,
  gatewayUser,
  ownEvent,
  report,
} from '../report-builders.js';

type OwnWish = Parameters<typeof ownEvent>[0];

const matches = (
  wish: Record<string, unknown>,
  own: OwnWish = {},
  identity: GatewayIdentity = gateway,
) => isReportOf(report(wish), { callIndex: 1, isAnnounced: false, event: ownEvent(own) }, identity);

const object = (wish: object) => ({
  objectRef: { resource: 'secrets', namespace: 'pay', name: 'db', apiVersion: 'v1', ...wish },
});
const app = 'system:serviceaccount:pay:app';
const action = (name: string) => ({ facts: { [annotation.action]: name } });

describe('a report is of a call', () => {
  it('where the impersonation itself was refused, so that nobody was shown anything', () => {
    const alone = { impersonatedUser: undefined };
    expect(matches({ ...alone, responseStatus: { code: 403 } })).toBe(true);
    expect(matches({ ...alone, responseStatus: { code: 200 } })).toBe(false);
  });

  it('with its verb, its object, the gateway as user and its caller as impersonated user', () => {
    expect(matches({})).toBe(true);
  });

  it.each([
    ['another user', { user: accountUser(app) }],
    ['no impersonated user', { impersonatedUser: undefined }],
    ['another impersonated user', { impersonatedUser: accountUser(`${app}2`) }],
    ['the broker, which took no part', { impersonatedUser: accountUser(brokerUser) }],
    [
      'a group more',
      { impersonatedUser: { username: app, groups: ['system:masters', 'system:authenticated'] } },
    ],
    ['another verb', { verb: 'list' }],
    ['a write', { verb: 'patch' }],
    ['another name', object({ name: 'other' })],
    ['no name', object({ name: undefined })],
    ['another namespace', object({ namespace: 'shop' })],
    ['a subresource', object({ subresource: 'status' })],
  ])('not with %s', (_what, wish) => {
    expect(matches(wish)).toBe(false);
  });

  it.each([
    ['secrets.list', ['list']],
    ['secrets.get', ['get']],
    ['secrets.check', ['get']],
    ['secrets.create', ['create', 'get', 'update']],
    ['secrets.update', ['create', 'get', 'patch', 'update']],
    ['secrets.patch', ['get', 'patch']],
    ['secrets.delete', ['delete', 'get']],
    ['audit.read', []],
    ['constructor', []],
  ])('with the verbs of %s', (name, verbs) => {
    const all = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
    expect(all.filter((verb) => matches({ verb }, action(name)))).toEqual(verbs);
  });

  it('of a create that was refused before its name was known', () => {
    const refused = { verb: 'create', ...object({ name: undefined }) };
    expect(matches(refused, action('secrets.create'))).toBe(true);
    expect(matches({ ...refused, verb: 'update' }, action('secrets.update'))).toBe(false);
  });

  it('of a list that a field selector narrows, but not of one that is wider', () => {
    const list = { name: '', ...action('secrets.list') };
    expect(matches({ verb: 'list' }, list)).toBe(true);
    expect(matches({ verb: 'list', ...object({ namespace: undefined }) }, list)).toBe(false);
  });

  it('of the broker where that took part, or looked afterwards', () => {
    const broker = { impersonatedUser: accountUser(brokerUser) };
    expect(matches(broker, { facts: { [annotation.plane]: 'broker' } })).toBe(true);
    expect(matches({}, { facts: { [annotation.plane]: 'broker' } })).toBe(true);
    expect(matches(broker, { facts: { [annotation.resolved]: 'true' } })).toBe(true);
    const masters = { impersonatedUser: { username: brokerUser, groups: ['system:masters'] } };
    expect(matches(masters, { facts: { [annotation.plane]: 'broker' } })).toBe(false);
  });

  it('of a user with his groups, in any order, as far as the event has them', () => {
    const user = { username: 'alice', groups: ['a', 'b'] };
    const as = (groups: readonly string[]) => ({ impersonatedUser: { username: 'alice', groups } });
    expect(matches(as(['b', 'a', 'system:authenticated']), { user })).toBe(true);
    expect(matches(as(['a']), { user })).toBe(false);
    const cut = { user, facts: { [annotation.groupsCount]: '3' } };
    expect(matches(as(['a', 'b', 'c']), cut)).toBe(true);
  });
});

describe('a report is of the call of a caller who acts as somebody else', () => {
  const alice = { username: 'alice', groups: ['a', 'b'] };
  const as = (username: string, groups: readonly string[]) => ({
    impersonatedUser: { username, groups },
  });

  it('where it was made as him, and not as the caller', () => {
    const own = { user: accountUser(app), impersonatedUser: alice };
    expect(matches(as('alice', ['a', 'b', 'system:authenticated']), own)).toBe(true);
    expect(matches(as('alice', ['a']), own)).toBe(false);
    expect(matches({ impersonatedUser: accountUser(app) }, own)).toBe(false);
  });

  it('also where the event has not all of his groups, but not where it has not all of the others', () => {
    const own = { user: accountUser(app), impersonatedUser: alice };
    const cut = (name: string) => ({ ...own, facts: { [name]: '3' } });
    const report = as('alice', ['a', 'b', 'c']);
    expect(matches(report, cut(annotation.impersonatedGroupsCount))).toBe(true);
    expect(matches(report, cut(annotation.groupsCount))).toBe(false);
  });
});

describe('a report is of a call at its time', () => {
  // When the event of `ownEvent` was begun and written.
  const [begunMs, writtenMs] = [
    Date.parse('2026-11-25T17:37:48.840Z'),
    Date.parse('2026-11-25T17:37:48.860Z'),
  ];
  const skewMs = limits.auditReportSkewMsMax;
  const isOf = (calledMs: number, isAnnounced: boolean, startedAtMs?: number) => {
    const requestReceivedTimestamp = new Date(calledMs).toISOString();
    const call = { callIndex: 1, isAnnounced, event: ownEvent() };
    return isReportOf(report({ requestReceivedTimestamp }), call, { ...gateway, startedAtMs });
  };

  it('between the beginning and the end of its event, but for the clocks', () => {
    const times = [
      begunMs - skewMs - 1,
      begunMs - skewMs,
      writtenMs + skewMs,
      writtenMs + skewMs + 1,
    ];
    expect(times.map((ms) => isOf(ms, false))).toEqual([false, true, true, false]);
  });

  it('that was announced, soon after', () => {
    const endMs = writtenMs + limits.announcedIdMsMax + skewMs;
    const times = [begunMs - skewMs - 1, begunMs, writtenMs + 2 * skewMs, endMs, endMs + 1];
    expect(times.map((ms) => isOf(ms, true))).toEqual([false, true, true, true, false]);
  });

  it('that was announced, by the process that runs, or before that started', () => {
    const startedAtMs = writtenMs + 5 * skewMs;
    const times = [startedAtMs, startedAtMs + skewMs, startedAtMs + skewMs + 1];
    expect(times.map((ms) => isOf(ms, true, startedAtMs))).toEqual([true, true, false]);
    expect(times.map((ms) => isOf(ms, true, writtenMs - 1))).toEqual([true, true, true]);
  });
});

describe('where callers act with their own tokens', () => {
  const passthrough: GatewayIdentity = { access: 'passthrough' };
  const own = { user: accountUser(app), impersonatedUser: undefined };

  it('a report is of a call with its caller as user, who acts as nobody else', () => {
    expect(matches(own, {}, passthrough)).toBe(true);
    expect(matches({ ...own, user: accountUser(`${app}2`) }, {}, passthrough)).toBe(false);
    expect(matches({ ...own, impersonatedUser: accountUser(app) }, {}, passthrough)).toBe(false);
  });

  it('an event of ours is waited for where the user agent is ours', () => {
    expect(isOfGateway(report(own), passthrough)).toBe(true);
    expect(isOfGateway(report({ ...own, userAgent: 'kubectl' }), passthrough)).toBe(false);
  });
});

it('a report comes from the gateway where its user is the gateway', () => {
  expect(isOfGateway(report({ user: accountUser(gatewayUser) }), gateway)).toBe(true);
  expect(isOfGateway(report({ user: accountUser(app) }), gateway)).toBe(false);
});
