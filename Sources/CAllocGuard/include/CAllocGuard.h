#ifndef CALLOCGUARD_H
#define CALLOCGUARD_H
#endif
