import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/platform/config/config.js';
import { GatewayAddress } from '../../../src/kubectl/gateway-address.js';

type Environment = Readonly<Record<string, string>>;

const cluster = { SALLYPORT_KUBERNETES: 'in-cluster', SALLYPORT_NAMESPACES_SERVED: 'pay' };
const tls = { SALLYPORT_TLS_CERT: 'a', SALLYPORT_TLS_KEY: 'b' };
const server = { SALLYPORT_KUBECTL_SERVER: 'https://sallyport.example' };

const addressOf = (environment: Environment) => new GatewayAddress(loadConfig({ environment }));

describe('where clients reach the gateway by https', () => {
  it.each([
    ['in the sandbox', {}, 'https://127.0.0.1:8443'],
    ['with a certificate on loopback', { ...cluster, ...tls }, 'https://127.0.0.1:8443'],
    ['on another port', { SALLYPORT_TLS_PORT: '9443' }, 'https://127.0.0.1:9443'],
    ['by name', { SALLYPORT_HOST: 'localhost' }, 'https://localhost:8443'],
    ['by IPv6', { SALLYPORT_HOST: '::1' }, 'https://[::1]:8443'],
    ['behind a proxy', { ...cluster, ...server }, 'https://sallyport.example'],
    [
      'by another way than to the listener',
      { ...cluster, ...tls, ...server },
      'https://sallyport.example',
    ],
  ])('is known %s', (_how, environment, url) => {
    expect(addressOf(environment).url).toBe(url);
  });

  it.each([
    ['there is no certificate', cluster],
    ['others reach it', { ...cluster, ...tls, SALLYPORT_HOST: '0.0.0.0' }],
    ['a proxy is in front', { ...cluster, SALLYPORT_LISTEN_INSECURE: 'true' }],
  ])('is not known where %s', (_where, environment) => {
    expect(addressOf(environment).url).toBeUndefined();
  });

  it('has the port that the listener has got, where any would do', () => {
    const address = addressOf({ SALLYPORT_TLS_PORT: '0' });
    address.listensAt('https://127.0.0.1:41002');
    expect(address.url).toBe('https://127.0.0.1:41002');
  });

  it('has that port also where the host is a bare IPv6 address', () => {
    const address = addressOf({ SALLYPORT_HOST: '::1', SALLYPORT_TLS_PORT: '0' });
    address.listensAt('https://::1:41002');
    expect(address.url).toBe('https://[::1]:41002');
  });

  it('is what an operator says, whatever the port', () => {
    const address = addressOf({ ...cluster, ...tls, ...server });
    address.listensAt('https://127.0.0.1:41002');
    expect(address.url).toBe('https://sallyport.example');
  });
});
