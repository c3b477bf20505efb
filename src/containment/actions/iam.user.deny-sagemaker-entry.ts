import { denySagemakerEntry } from '../deny-sagemaker-entry.ts';
import { userDoors } from '../user-doors.ts';

/** See `denySagemakerEntry`. */
export default denySagemakerEntry({ kind: 'iam.user', affected: userDoors });
