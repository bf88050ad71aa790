// How jemalloc, which chatd is linked with, gives memory back that nobody uses: a second after it was freed, from a
// thread of its own. What a storm of clients needed is then not kept for the next one (DECISION 0025).
extern "C" {
extern const char* malloc_conf;  // jemalloc(3), "TUNING": asks the program for this name
const char* malloc_conf = "background_thread:true,dirty_decay_ms:1000,muzzy_decay_ms:0";
}
