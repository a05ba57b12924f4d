#ifndef EQUIPOISE_CSHA256_H
#define EQUIPOISE_CSHA256_H

#include <stddef.h>
#include <stdint.h>

// SHA-256 of bytes that come in pieces. Source: NIST, Secure Hash Standard, FIPS 180-4 (2015),
// section 6.2.
typedef struct {
  uint32_t words[8];  // the hash value of the whole blocks so far
  uint64_t count;     // bytes so far
  uint8_t rest[64];   // those of the block that is not whole yet
} eqp_sha256;

void eqp_sha256_start(eqp_sha256 *state);
void eqp_sha256_add(eqp_sha256 *state, const void *bytes, ptrdiff_t count);
// The digest of the bytes so far; the state takes more afterwards.
void eqp_sha256_digest(const eqp_sha256 *state, uint8_t digest[32]);

// words = the hash value after so many blocks of 64 bytes, by the processor's own instructions for
// it where it has them.
void eqp_sha256_blocks(uint32_t words[8], const void *bytes, ptrdiff_t blocks);
void eqp_sha256_blocks_reference(uint32_t words[8], const void *bytes, ptrdiff_t blocks);
// Whether the processor has such instructions.
int eqp_sha256_has_instructions(void);

#endif
