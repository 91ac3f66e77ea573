import { SecretDocuments } from '../secrets/domain/cache/secret-documents.js';
import { readCachedSecret } from './kube-secret.mapper.js';

/** Reads cached documents as the API server wrote them. */
export class KubeSecretDocuments extends SecretDocuments {
  override readonly read = readCachedSecret;
}
