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
const oidc = { issuer: 'https://login', clientId: 'cli' };
const ofProd = {
  ...{ address: 'https://prod', namespace: 'pay', caFile: '/ca' },
  credential: { tokenFile: '/prod' },
};
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
    expect(settings()).toEqual(ofProd);
  });

  it('is that of a named context: --context wins over SALLYPORT_CONTEXT', () => {
    const env = { SALLYPORT_CONTEXT: 'test' };
    const test = {
      ...{ address: 'https://test', namespace: 'default' },
      credential: { tokenFile: '/test' },
    };
    expect(settings({ env })).toMatchObject(test);
    expect(settings({ env, flags: { ...noFlags, context: 'prod' } })).toEqual(ofProd);
  });

  it('is that of the environment, and options win over both', () => {
    const env = {
      ...{ SALLYPORT_ADDR: 'https://prod', SALLYPORT_TOKEN_FILE: '/env' },
      ...{ SALLYPORT_NAMESPACE: 'env', SALLYPORT_CA_FILE: '/env-ca' },
    };
    const ofEnv = {
      address: 'https://prod',
      credential: { tokenFile: '/env' },
      namespace: 'env',
      caFile: '/env-ca',
    };
    expect(settings({ env })).toEqual(ofEnv);
    const flags = {
      ...{ context: undefined, address: 'https://flag', namespace: 'flag' },
      ...{ tokenFile: '/flag', caFile: '/flag-ca' },
    };
    const { context: _none, tokenFile, ...others } = flags;
    const expected = { ...others, credential: { tokenFile } };
    expect(settings({ env, flags })).toEqual(expected);
  });

  it('never sends the token of a context to another gateway', () => {
    const flags = { ...noFlags, address: 'https://elsewhere' };
    expect(() => settings({ flags })).toThrow('no token is named');
    expect(() => settings({ env: { SALLYPORT_ADDR: 'https://elsewhere' } })).toThrow('no token');
  });

  it('has the token and the namespace of the pod if nothing else names them', () => {
    const alone = { contexts: { contexts: {} }, env: { SALLYPORT_ADDR: 'https://a' }, pod };
    expect(settings(alone)).toMatchObject({
      ...{ namespace: 'of-the-pod', credential: { tokenFile: '/pod' } },
    });
    expect(settings({ pod })).toEqual(ofProd);
  });

  it('has the login of the context, unless a token file is named', () => {
    const work = { address: 'https://work', oidc };
    const facts = { contexts: { currentContext: 'work', contexts: { work } }, pod };
    expect(settings(facts).credential).toEqual({ login: { name: 'work', ...work } });
    const kept = { address: 'https://work', credentialHelper: 'pass' };
    const stored = { contexts: { currentContext: 'work', contexts: { work: kept } } };
    expect(settings(stored).credential).toEqual({ login: { name: 'work', ...kept } });
    const env = { SALLYPORT_TOKEN_FILE: '/env' };
    expect(settings({ ...facts, env }).credential).toEqual({ tokenFile: '/env' });
    const elsewhere = { SALLYPORT_ADDR: 'https://elsewhere' };
    expect(settings({ ...facts, env: elsewhere }).credential).toEqual({ tokenFile: '/pod' });
  });

  it.each([
    ['no address', { contexts: { contexts: {} } }, 'no gateway is named'],
    ['no current context', { contexts: { contexts: { prod } } }, 'sallyport config use-context'],
    ['a context that does not exist', { env: { SALLYPORT_CONTEXT: 'x' } }, 'there is no context x'],
    ['a context of another kind', { env: { SALLYPORT_CONTEXT: 'toString' } }, 'no context'],
  ])('is refused with what to do: %s', (_what, facts, message) => {
    expect(() => settings(facts)).toThrow(message);
  });
});
