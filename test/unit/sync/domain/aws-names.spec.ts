import { expect, it } from 'vitest';
import { parameterNameReason, secretNameReason } from '../../../../src/sync/domain/aws-names.js';

it.each(['k8s/pay/db', 'db_1+2=3.4@5', 'db-12345', 'db-1234567', 'a'.repeat(512)])(
  'Secrets Manager takes %s',
  (name) => expect(secretNameReason(name)).toBeUndefined(),
);

it.each(['', 'k8s/pay/a b', 'é', 'arn:aws:x', 'k8s/db-AbC123', 'db-server', 'a'.repeat(513)])(
  'Secrets Manager does not take %s',
  (name) => expect(secretNameReason(name)).toBeTypeOf('string'),
);

it.each(['k8s/pay/db', 'k8s/aws/db-server', 'a.b_c-d', 'a/'.repeat(14) + 'a'])(
  'the Parameter Store takes %s',
  (name) => expect(parameterNameReason(name)).toBeUndefined(),
);

it.each(['', 'a//b', 'a+b', 'a=b', 'a@b', 'a:1', 'aws/db', 'SSM/db', 'a/'.repeat(15) + 'a'])(
  'the Parameter Store does not take %s',
  (name) => expect(parameterNameReason(name)).toBeTypeOf('string'),
);
