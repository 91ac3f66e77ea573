import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/platform/config/config.js';
import { startFailure } from '../../../src/app/start-failure.js';
import { StorageError } from '../../../src/platform/storage/storage-error.js';

const config = loadConfig({ environment: {} });

function listenError(code: string, port: number): Error {
  const message = `listen ${code}: address already in use 127.0.0.1:${port}`;
  return Object.assign(new Error(message), { code, port, address: '127.0.0.1' });
}

describe('why it cannot start', () => {
  it.each([
    [8420, 'SALLYPORT_PORT'],
    [8421, 'SALLYPORT_HEALTH_PORT'],
    [8443, 'SALLYPORT_TLS_PORT'],
    [8444, 'SALLYPORT_SANDBOX_PORT'],
  ])('names the taken port %i and the variable to change it', (port, variable) => {
    expect(startFailure(listenError('EADDRINUSE', port), config)).toBe(
      `port ${port} of 127.0.0.1 is taken: end what listens there, or set ${variable} to another`,
    );
  });

  it('says where a port needs more rights', () => {
    const low = loadConfig({ environment: { SALLYPORT_PORT: '80' } });
    expect(startFailure(listenError('EACCES', 80), low)).toBe(
      'port 80 of 127.0.0.1 may not be used by this user: set SALLYPORT_PORT to another',
    );
  });

  it('is the sentence of an error that has one', () => {
    expect(startFailure(new StorageError('the disk is full'), config)).toBe('the disk is full');
  });

  it('is what is known, in one line, of every other', () => {
    expect(startFailure(new Error('no such thing\nat all'), undefined)).toBe(
      'cannot start: no such thing at all',
    );
    expect(startFailure('odd', undefined)).toBe('cannot start: odd');
  });
});
