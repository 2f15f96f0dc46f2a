/* Pools: many databases, few of them open. */
#include <pthread.h>

#include "check.h"

static void tenant_path(char* path, size_t size, const char* folder, int number) {
  snprintf(path, size, "%s/tenant-%d", folder, number);
}

enum { kTenants = 5 };

static void create_tenants(const char* folder) {
  int i = 0;
  for (i = 0; i < kTenants; ++i) {
    char path[1024];
    kith_create_options create;
    kith_database* database = NULL;
    tenant_path(path, sizeof path, folder, i);
    OK(kith_create_options_init(&create, sizeof create));
    create.model = kModel;
    create.now = at(CLOCK);
    OK(kith_database_create(path, N, &create, &database, &error));
    kith_database_free(database);
  }
}

/* Open, in use, opened and closed are these. */
static void has_stats(const kith_pool* pool, uint32_t open, uint32_t in_use, uint64_t opened,
                      uint64_t closed) {
  kith_pool_stats* stats = NULL;
  OK(kith_pool_read_stats(pool, &stats, &error));
  CHECK(kith_pool_stats_open(stats) == open);
  CHECK(kith_pool_stats_in_use(stats) == in_use);
  CHECK(kith_pool_stats_opened(stats) == opened);
  CHECK(kith_pool_stats_closed(stats) == closed);
  kith_pool_stats_free(stats);
}

static kith_database* open_tenant(kith_pool* pool, const char* folder, int number) {
  char path[1024];
  kith_database* database = NULL;
  tenant_path(path, sizeof path, folder, number);
  OK(kith_pool_open(pool, path, N, &database, &error));
  return database;
}

static void test_few_open(const char* folder) {
  char path[1024];
  kith_pool* pool = NULL;
  kith_pool_options options;
  kith_database* held[2];
  kith_database* database = NULL;
  kith_session* session = NULL;
  int i = 0;
  OK(kith_pool_options_init(&options, sizeof options));
  CHECK(options.max_open == 256 && options.open == NULL);
  options.max_open = 2;
  OK(kith_pool_new(&options, &pool, &error));
  has_stats(pool, 0, 0, 0, 0);
  for (i = 0; i < kTenants; ++i) kith_database_free(open_tenant(pool, folder, i));
  has_stats(pool, 2, 0, kTenants, kTenants - 2);
  kith_database_free(open_tenant(pool, folder, kTenants - 1)); /* found open */
  has_stats(pool, 2, 0, kTenants, kTenants - 2);

  held[0] = open_tenant(pool, folder, 0);
  held[1] = open_tenant(pool, folder, 1);
  has_stats(pool, 2, 2, kTenants + 2, kTenants);
  tenant_path(path, sizeof path, folder, 2);
  FAILS(KITH_BUSY, kith_pool_open(pool, path, N, &database, &error));
  CHECK(database == NULL);
  /* A session holds its database as well as a handle does. */
  OK(kith_session_open(held[0], NULL, &session, &error));
  kith_database_free(held[0]);
  FAILS(KITH_BUSY, kith_pool_open(pool, path, strlen(path), &database, &error));
  kith_session_free(session);
  kith_database_free(open_tenant(pool, folder, 2));
  CHECK(kith_pool_close_idle(pool) == 1);
  has_stats(pool, 1, 1, kTenants + 3, kTenants + 2);

  /* What the pool gave out stays good without it. */
  kith_pool_free(pool);
  OK(kith_session_open(held[1], NULL, &session, &error));
  commit(begin_at(session, CLOCK + 1));
  kith_session_free(session);
  kith_database_free(held[1]);
}

typedef struct user {
  kith_pool* pool;
  const char* folder;
  int number;
} user;

static void* use_tenants(void* argument) {
  const user* u = argument;
  int i = 0;
  for (i = 0; i < 40; ++i) {
    kith_database* database = open_tenant(u->pool, u->folder, (u->number + i) % kTenants);
    kith_info* info = NULL;
    OK(kith_info_open(database, &info, &error));
    SAME(kith_info_model_name(info, NULL), "tests");
    kith_info_free(info);
    kith_database_free(database);
    if (i % 10 == 9) kith_pool_close_idle(u->pool);
  }
  return NULL;
}

static void test_many_threads(const char* folder) {
  pthread_t threads[3];
  user users[3];
  kith_pool* pool = NULL;
  kith_pool_options options;
  int i = 0;
  OK(kith_pool_options_init(&options, sizeof options));
  options.max_open = 4; /* one more than can be in use */
  OK(kith_pool_new(&options, &pool, &error));
  for (i = 0; i < 3; ++i) {
    const user u = {pool, folder, i};
    users[i] = u;
    CHECK(pthread_create(&threads[i], NULL, use_tenants, &users[i]) == 0);
  }
  for (i = 0; i < 3; ++i) CHECK(pthread_join(threads[i], NULL) == 0);
  kith_pool_close_idle(pool);
  CHECK(kith_pool_close_idle(pool) == 0);
  kith_pool_free(pool);
}

void test_pool(const char* folder) {
  kith_pool* pool = NULL;
  kith_database* database = NULL;
  kith_pool_options options;
  kith_open_options open;
  create_tenants(folder);
  test_few_open(folder);
  test_many_threads(folder);

  OK(kith_open_options_init(&open, sizeof open));
  OK(kith_pool_options_init(&options, sizeof options));
  options.open = &open;
  open.read_only = 2;
  FAILS(KITH_INVALID_ARGUMENT, kith_pool_new(&options, &pool, &error));
  CHECK(pool == NULL);
  open.read_only = 1;
  OK(kith_pool_new(&options, &pool, &error));
  FAILS(KITH_NOT_FOUND, kith_pool_open(pool, "/no/such/tenant", N, &database, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_pool_open(pool, NULL, 3, &database, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_pool_read_stats(pool, NULL, &error));
  database = open_tenant(pool, folder, 0);
  kith_database_free(database);
  kith_pool_free(pool);
  OK(kith_pool_new(NULL, &pool, &error));
  has_stats(pool, 0, 0, 0, 0);
  CHECK(kith_pool_close_idle(pool) == 0 && kith_pool_close_idle(NULL) == 0);
  kith_pool_free(pool);
}
