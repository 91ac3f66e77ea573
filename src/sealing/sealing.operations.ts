import { z } from 'zod';
import { textBody } from '../core/api-body.js';
import { defineOperation } from '../core/operation.js';

const none = z.strictObject({});

/** Media type of a certificate, as the controller of Sealed Secrets serves its own. */
export const PEM_TYPE = 'application/x-pem-file';

export const getSealingCertificate = defineOperation({
  id: 'getSealingCertificate',
  tag: 'Sealing',
  summary: 'Read the certificate for `kubeseal`',
  description:
    'Reads the certificate with which `kubeseal` encrypts values for this gateway. The first read ' +
    'creates the key pair. After 30 days there is another one; manifests that were sealed with a ' +
    'former certificate can still be applied.',
  right: 'none: every authenticated caller may read it',
  method: 'GET',
  path: '/v1/sealing/certificate',
  params: none,
  query: none,
  body: undefined,
  action: 'sealing.get',
  answers: [
    {
      status: 200,
      description: 'The certificate.',
      content: {
        [PEM_TYPE]: textBody(
          'A certificate in PEM.',
          '-----BEGIN CERTIFICATE-----\nMIIE…\n-----END CERTIFICATE-----\n',
        ),
      },
    },
  ],
});
