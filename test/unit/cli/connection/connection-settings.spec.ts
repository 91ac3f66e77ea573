import { describe, expect, it } from 'vitest';
import {
  type ConnectionFacts,
  connectionSettings,
} from '../../../../src/cli/connection/connection-settings.js';

const noFlags = {
  ...{ context: undefined, address: undefined, namespace: undefined },
  ...{ tokenFile: undefined, caFile: undefined },
};
const prod = { address: 'https://prod', namespace: 'pay', tokenFile: '/prod', caFile: '/ca' };
const contexts = {
  currentContext: 'prod',
  contexts: { prod, test: { address: 'https://test', tokenFile: '/test' } },
};
const pod = { tokenFile: '/pod', namespace: 'of-the-pod' };

function settings(facts: Partial<ConnectionFacts> = {}) {
  return connectionSettings({ flags: noFlags, env: {}, contexts, pod: undefined, ...facts });
}

describe('the connection', () => {
  it('is that of the current context', () => {
    expect(settings()).toEqual(prod);
  });

  it('is that of a named context: --context wins over SALLYPORT_CONTEXT', () => {
    const env = { SALLYPORT_CONTEXT: 'test' };
    const test = { address: 'https://test', tokenFile: '/test', namespace: 'default' };
    expect(settings({ env })).toMatchObject(test);
    expect(settings({ env, flags: { ...noFlags, context: 'prod' } })).toEqual(prod);
  });

  it('is that of the environment, and options win over both', () => {
    const env = {
      ...{ SALLYPORT_ADDR: 'https://prod', SALLYPORT_TOKEN_FILE: '/env' },
      ...{ SALLYPORT_NAMESPACE: 'env', SALLYPORT_CA_FILE: '/env-ca' },
    };
    const ofEnv = {
      address: 'https://prod',
      tokenFile: '/env',
      namespace: 'env',
      caFile: '/env-ca',
    };
    expect(settings({ env })).toEqual(ofEnv);
    const flags = {
      ...{ context: undefined, address: 'https://flag', namespace: 'flag' },
      ...{ tokenFile: '/flag', caFile: '/flag-ca' },
    };
    const { context: _none, ...expected } = flags;
    expect(settings({ env, flags })).toEqual(expected);
  });

  it('never sends the token of a context to another gateway', () => {
    const flags = { ...noFlags, address: 'https://elsewhere' };
    expect(() => settings({ flags })).toThrow('no token is named');
    expect(() => settings({ env: { SALLYPORT_ADDR: 'https://elsewhere' } })).toThrow('no token');
  });

  it('has the token and the namespace of the pod if nothing else names them', () => {
    const alone = { contexts: { contexts: {} }, env: { SALLYPORT_ADDR: 'https://a' }, pod };
    expect(settings(alone)).toMatchObject(pod);
    expect(settings({ pod })).toEqual(prod);
  });

  it.each([
    ['no address', { contexts: { contexts: {} } }, 'no gateway is named'],
    ['a context that does not exist', { env: { SALLYPORT_CONTEXT: 'x' } }, 'there is no context x'],
    ['a context of another kind', { env: { SALLYPORT_CONTEXT: 'toString' } }, 'no context'],
  ])('is refused with what to do: %s', (_what, facts, message) => {
    expect(() => settings(facts)).toThrow(message);
  });
});
