import { RequestValidationPipe } from '../../core/http/request-validation.pipe.js';
import { RegisterRequest } from './dto/register.request.js';

const pipe = new RequestValidationPipe();

/**
 * An account held to the rules of registration and normalised, for one that does not come by its route.
 *
 * @throws ValidationFailed
 */
export async function checkedAccount(account: {
  email: string;
  username: string;
  password: string;
}): Promise<RegisterRequest> {
  return (await pipe.transform(account, { type: 'body', metatype: RegisterRequest })) as RegisterRequest;
}
