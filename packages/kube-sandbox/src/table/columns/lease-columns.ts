import type { Column } from '../../model/resource-definition.js';
import { ageColumn, column, nameColumn } from './column.js';
import { textAt } from './object-fields.js';

export const leaseColumns: readonly Column[] = [
  nameColumn,
  column('Holder', 'Who holds the lease', (object) => textAt(object, 'spec', 'holderIdentity')),
  ageColumn,
];
