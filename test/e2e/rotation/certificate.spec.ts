import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RotationWorld } from '../../support/rotation-world.js';
import { eventually } from '../../support/tokens-world.js';

/** What a first certificate looks like does not matter: it is replaced. */
const nothingYet = { 'tls.crt': '', 'tls.key': '' };

describe('a certificate that is rotated', () => {
  let world: RotationWorld;

  beforeAll(async () => {
    world = await RotationWorld.start('certified');
    await world.seed('served', nothingYet, { type: 'kubernetes.io/tls' });
    const certificate = { commonName: 'served', dnsNames: ['served.certified.svc'] };
    await world.rotate('served', {
      generate: [{ key: 'tls.key', certificate: { ...certificate, lifetime: '10d' } }],
    });
  });

  afterAll(() => world?.stop());

  it('is one of the layout that its type asks for', async () => {
    expect(await world.runThrough('served')).toMatchObject({ state: 'succeeded' });
    const { 'tls.crt': text = '' } = await world.stored('served');
    const certificate = new X509Certificate(text);
    expect(certificate.subjectAltName).toBe('DNS:served.certified.svc');
  });

  it('tells until when it is good, in its status and over all in the metrics', async () => {
    await eventually(async () => {
      const { status } = await world.policy('served');
      const untilMs = Date.parse(String(status?.['certificateExpiryTime']));
      const days = (untilMs - Date.now()) / 86_400_000;
      expect(days).toBeGreaterThan(9);
      expect(days).toBeLessThan(10.01);
    });
    await eventually(async () => {
      const { payload } = await world.installation.gateway.health.inject('/metrics');
      expect(payload).toMatch(/^sallyport_rotation_first_certificate_expiry_timestamp_seconds \d/m);
      expect(payload).toMatch(/^sallyport_rotation_oldest_credential_age_seconds \d/m);
      expect(payload).toMatch(/^sallyport_rotations_ended_total\{state="succeeded"\} 1$/m);
    });
  });
});
