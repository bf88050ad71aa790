// jemalloc, which chatd is linked with, gives unused memory back: a second after it was freed, from a thread of its
// own. So a node does not keep the memory of a storm of clients (DECISION 0025).
extern "C" {
extern const char* malloc_conf;  // jemalloc(3), "TUNING": asks the program for this name
const char* malloc_conf = "background_thread:true,dirty_decay_ms:1000,muzzy_decay_ms:0";
}
