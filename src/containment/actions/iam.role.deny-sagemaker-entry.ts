import { denySagemakerEntry } from '../deny-sagemaker-entry.ts';
import { roleUsers } from '../role-users.ts';

/** See `denySagemakerEntry`. */
export default denySagemakerEntry({ kind: 'iam.role', affected: roleUsers });
