import type { RequestContext } from '#lib/graphql/context.ts';
import { tenantReference } from '#lib/graphql/entities.ts';
import { documentLoader } from '#lib/graphql/loaders.ts';
import { alive } from '#lib/store/tombstone.ts';
import type { UserCommands } from './commands.ts';
import type { Resolvers } from './resolvers.generated.ts';
import type { UserService } from './service.ts';
import type { UserStore } from './store.ts';
import { maySeeUser, statusOf } from './user.ts';

/** Decode, call, map: what the SDL names, on the service's use cases. */
export function userResolvers({
  service,
  commands,
  store,
}: {
  service: UserService;
  commands: UserCommands;
  store: UserStore;
}): Resolvers {
  const visibleUser = async (userId: string, context: RequestContext) => {
    const user = alive(await documentLoader(context, store.users).load(userId));
    return user !== undefined && maySeeUser(context.principal, user) ? user : null;
  };

  return {
    User: {
      __resolveReference: ({ userId }, context) => visibleUser(userId, context),
      status: statusOf,
      tenant: ({ tenantId }) => tenantReference(tenantId),
    },
    Tenant: {
      __resolveReference: ({ tenantId }) => tenantReference(tenantId),
      users: ({ tenantId }, page) => service.list(tenantId, page),
    },
    Query: {
      user: (_, { userId }, context) => visibleUser(userId, context),
      me: (_, _args, context) =>
        context.principal.kind === 'user' ? visibleUser(context.principal.id, context) : null,
      userByEmail: (_, { email }) => service.byEmail(email),
    },
    Mutation: {
      inviteUser: (_, { input }, context) => service.invite(context, input),
      resendInvitation: (_, { input }, context) => service.resendInvitation(context, input.userId),
      revokeInvitation: async (_, { input }, context) => ({
        user: await service.revokeInvitation(context, input.userId),
      }),
      setUserRole: async (_, { input }, context) => ({
        user: await service.setRole(context, input.userId, input.role),
      }),
      disableUser: async (_, { input }, context) => ({ user: await service.disable(context, input.userId) }),
      enableUser: async (_, { input }, context) => ({ user: await service.enable(context, input.userId) }),
      removeUser: async (_, { input }, context) => {
        await service.remove(context, input.userId);
        return { userId: input.userId };
      },
      createUser: (_, command) => commands.create(command),
      discardUser: async (_, command) => {
        await commands.discard(command);
        return true;
      },
      activateUser: (_, command) => commands.activate(command),
      deactivateUser: async (_, command) => {
        await commands.deactivate(command);
        return true;
      },
      deleteUsers: async (_, { tenantId }) => {
        await commands.deleteAll(tenantId);
        return true;
      },
    },
  };
}
