import { Field, ObjectType } from '@nestjs/graphql';
import { DateTime } from '../../platform/graphql/scalars/date-time.scalar.js';

@ObjectType('SealingCertificate', {
  description: 'The certificate with which `kubeseal` encrypts for this gateway.',
})
export class SealingCertificateObject {
  @Field(() => String, { description: 'The certificate, in PEM.' })
  pem!: string;

  @Field(() => DateTime, { description: 'When its key pair was created.' })
  createdAt!: string;
}
