import {
  CustomResourceFeed,
  CustomResources,
} from '../../custom-resources/domain/custom-resources.js';
import { ObjectRegistry } from '../../custom-resources/domain/object-registry.js';
import { type ParsedImport, parseImport } from './import-spec.js';

/** SecretImports in the cluster. */
export abstract class SecretImports extends CustomResources {}

/** Watch of SecretImports. */
export abstract class ImportFeed extends CustomResourceFeed {}

/** All SecretImports of the served namespaces. */
export class ImportRegistry extends ObjectRegistry<ParsedImport> {
  constructor() {
    super(parseImport);
  }
}
