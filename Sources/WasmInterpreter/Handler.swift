// Written by scripts/generate-handlers: change that script, not this file.

/// Numbers of the handlers in the C dispatch loop: the first member of each family.
enum Handler {
  /// Numbers below this one have a result; the same word without a slot for it is this much further.
  static let resultCount: UInt16 = 1487
  static let i32Add: UInt16 = 0
  static let i32Sub: UInt16 = 5
  static let i32Mul: UInt16 = 10
  static let i32And: UInt16 = 15
  static let i32Or: UInt16 = 20
  static let i32Xor: UInt16 = 25
  static let i32Shl: UInt16 = 30
  static let i32ShrS: UInt16 = 35
  static let i32ShrU: UInt16 = 40
  static let i32Rotl: UInt16 = 45
  static let i32Rotr: UInt16 = 50
  static let i32DivS: UInt16 = 55
  static let i32DivU: UInt16 = 60
  static let i32RemS: UInt16 = 65
  static let i32RemU: UInt16 = 70
  static let i32Eq: UInt16 = 75
  static let i32Ne: UInt16 = 79
  static let i32LtS: UInt16 = 83
  static let i32LtU: UInt16 = 87
  static let i32GtS: UInt16 = 91
  static let i32GtU: UInt16 = 95
  static let i32LeS: UInt16 = 99
  static let i32LeU: UInt16 = 103
  static let i32GeS: UInt16 = 107
  static let i32GeU: UInt16 = 111
  static let i64Add: UInt16 = 115
  static let i64Sub: UInt16 = 120
  static let i64Mul: UInt16 = 125
  static let i64And: UInt16 = 130
  static let i64Or: UInt16 = 135
  static let i64Xor: UInt16 = 140
  static let i64Shl: UInt16 = 145
  static let i64ShrS: UInt16 = 150
  static let i64ShrU: UInt16 = 155
  static let i64Rotl: UInt16 = 160
  static let i64Rotr: UInt16 = 165
  static let i64DivS: UInt16 = 170
  static let i64DivU: UInt16 = 175
  static let i64RemS: UInt16 = 180
  static let i64RemU: UInt16 = 185
  static let i64Eq: UInt16 = 190
  static let i64Ne: UInt16 = 194
  static let i64LtS: UInt16 = 198
  static let i64LtU: UInt16 = 202
  static let i64GtS: UInt16 = 206
  static let i64GtU: UInt16 = 210
  static let i64LeS: UInt16 = 214
  static let i64LeU: UInt16 = 218
  static let i64GeS: UInt16 = 222
  static let i64GeU: UInt16 = 226
  static let f32Add: UInt16 = 230
  static let f32Sub: UInt16 = 237
  static let f32Mul: UInt16 = 244
  static let f32Div: UInt16 = 251
  static let f32Min: UInt16 = 258
  static let f32Max: UInt16 = 265
  static let f32Copysign: UInt16 = 272
  static let f32Eq: UInt16 = 279
  static let f32Ne: UInt16 = 283
  static let f32Lt: UInt16 = 287
  static let f32Gt: UInt16 = 291
  static let f32Le: UInt16 = 295
  static let f32Ge: UInt16 = 299
  static let f64Add: UInt16 = 303
  static let f64Sub: UInt16 = 310
  static let f64Mul: UInt16 = 317
  static let f64Div: UInt16 = 324
  static let f64Min: UInt16 = 331
  static let f64Max: UInt16 = 338
  static let f64Copysign: UInt16 = 345
  static let f64Eq: UInt16 = 352
  static let f64Ne: UInt16 = 356
  static let f64Lt: UInt16 = 360
  static let f64Gt: UInt16 = 364
  static let f64Le: UInt16 = 368
  static let f64Ge: UInt16 = 372
  static let i32Clz: UInt16 = 376
  static let i32Ctz: UInt16 = 378
  static let i32Popcnt: UInt16 = 380
  static let i32Extend8S: UInt16 = 382
  static let i32Extend16S: UInt16 = 384
  static let i64Clz: UInt16 = 386
  static let i64Ctz: UInt16 = 388
  static let i64Popcnt: UInt16 = 390
  static let i64Extend8S: UInt16 = 392
  static let i64Extend16S: UInt16 = 394
  static let i64Extend32S: UInt16 = 396
  static let f32Abs: UInt16 = 398
  static let f32Neg: UInt16 = 400
  static let f32Ceil: UInt16 = 402
  static let f32Floor: UInt16 = 404
  static let f32Trunc: UInt16 = 406
  static let f32Nearest: UInt16 = 408
  static let f32Sqrt: UInt16 = 410
  static let f64Abs: UInt16 = 412
  static let f64Neg: UInt16 = 414
  static let f64Ceil: UInt16 = 416
  static let f64Floor: UInt16 = 418
  static let f64Trunc: UInt16 = 420
  static let f64Nearest: UInt16 = 422
  static let f64Sqrt: UInt16 = 424
  static let i32WrapI64: UInt16 = 426
  static let i64ExtendI32S: UInt16 = 428
  static let i64ExtendI32U: UInt16 = 430
  static let i32TruncF32S: UInt16 = 432
  static let i32TruncSatF32S: UInt16 = 434
  static let i32TruncF64S: UInt16 = 436
  static let i32TruncSatF64S: UInt16 = 438
  static let i32TruncF32U: UInt16 = 440
  static let i32TruncSatF32U: UInt16 = 442
  static let i32TruncF64U: UInt16 = 444
  static let i32TruncSatF64U: UInt16 = 446
  static let i64TruncF32S: UInt16 = 448
  static let i64TruncSatF32S: UInt16 = 450
  static let i64TruncF64S: UInt16 = 452
  static let i64TruncSatF64S: UInt16 = 454
  static let i64TruncF32U: UInt16 = 456
  static let i64TruncSatF32U: UInt16 = 458
  static let i64TruncF64U: UInt16 = 460
  static let i64TruncSatF64U: UInt16 = 462
  static let f32ConvertI32S: UInt16 = 464
  static let f32ConvertI32U: UInt16 = 466
  static let f32ConvertI64S: UInt16 = 468
  static let f32ConvertI64U: UInt16 = 470
  static let f64ConvertI32S: UInt16 = 472
  static let f64ConvertI32U: UInt16 = 474
  static let f64ConvertI64S: UInt16 = 476
  static let f64ConvertI64U: UInt16 = 478
  static let f32DemoteF64: UInt16 = 480
  static let f64PromoteF32: UInt16 = 482
  static let i32ReinterpretF32: UInt16 = 484
  static let i64ReinterpretF64: UInt16 = 486
  static let f32ReinterpretI32: UInt16 = 488
  static let f64ReinterpretI64: UInt16 = 490
  static let i32AddShl: UInt16 = 492
  static let f64MulAdd: UInt16 = 495
  static let f64MulSub: UInt16 = 497
  static let f32Canonical: UInt16 = 499
  static let f64Canonical: UInt16 = 500
  static let i32Load: UInt16 = 501
  static let i64Load: UInt16 = 518
  static let f32Load: UInt16 = 535
  static let f64Load: UInt16 = 552
  static let i32Load8S: UInt16 = 569
  static let i32Load8U: UInt16 = 577
  static let i32Load16S: UInt16 = 585
  static let i32Load16U: UInt16 = 602
  static let i64Load8S: UInt16 = 619
  static let i64Load8U: UInt16 = 627
  static let i64Load16S: UInt16 = 635
  static let i64Load16U: UInt16 = 652
  static let i64Load32S: UInt16 = 669
  static let i64Load32U: UInt16 = 686
  static let i32Store: UInt16 = 2974
  static let i64Store: UInt16 = 3001
  static let f32Store: UInt16 = 3028
  static let f64Store: UInt16 = 3046
  static let i32Store8: UInt16 = 3064
  static let i32Store16: UInt16 = 3079
  static let i64Store8: UInt16 = 3106
  static let i64Store16: UInt16 = 3121
  static let i64Store32: UInt16 = 3148
  static let addressFar: UInt16 = 703
  static let memoryAt32: UInt16 = 704
  static let memoryAt64: UInt16 = 705
  static let memoryBack: UInt16 = 3175
  static let memorySizeOf: UInt16 = 706
  static let tableIndex: UInt16 = 707
  static let brI32Eq: UInt16 = 3176
  static let brI32Ne: UInt16 = 3180
  static let brI32LtS: UInt16 = 3184
  static let brI32LtU: UInt16 = 3188
  static let brI32GtS: UInt16 = 3192
  static let brI32GtU: UInt16 = 3196
  static let brI32LeS: UInt16 = 3200
  static let brI32LeU: UInt16 = 3204
  static let brI32GeS: UInt16 = 3208
  static let brI32GeU: UInt16 = 3212
  static let brI64Eq: UInt16 = 3216
  static let brI64Ne: UInt16 = 3220
  static let brI64LtS: UInt16 = 3224
  static let brI64LtU: UInt16 = 3228
  static let brI64GtS: UInt16 = 3232
  static let brI64GtU: UInt16 = 3236
  static let brI64LeS: UInt16 = 3240
  static let brI64LeU: UInt16 = 3244
  static let brI64GeS: UInt16 = 3248
  static let brI64GeU: UInt16 = 3252
  static let brF32Eq: UInt16 = 3256
  static let brF32Ne: UInt16 = 3260
  static let brF32Lt: UInt16 = 3264
  static let brF32Gt: UInt16 = 3268
  static let brF32Le: UInt16 = 3272
  static let brF32Ge: UInt16 = 3276
  static let brF32Nlt: UInt16 = 3280
  static let brF32Ngt: UInt16 = 3284
  static let brF32Nle: UInt16 = 3288
  static let brF32Nge: UInt16 = 3292
  static let brF64Eq: UInt16 = 3296
  static let brF64Ne: UInt16 = 3300
  static let brF64Lt: UInt16 = 3304
  static let brF64Gt: UInt16 = 3308
  static let brF64Le: UInt16 = 3312
  static let brF64Ge: UInt16 = 3316
  static let brF64Nlt: UInt16 = 3320
  static let brF64Ngt: UInt16 = 3324
  static let brF64Nle: UInt16 = 3328
  static let brF64Nge: UInt16 = 3332
  static let br: UInt16 = 3336
  static let brTable: UInt16 = 3337
  static let select: UInt16 = 708
  static let selectI32Eq: UInt16 = 710
  static let selectI32Ne: UInt16 = 712
  static let selectI32LtS: UInt16 = 714
  static let selectI32LtU: UInt16 = 716
  static let selectI32GtS: UInt16 = 718
  static let selectI32GtU: UInt16 = 720
  static let selectI32LeS: UInt16 = 722
  static let selectI32LeU: UInt16 = 724
  static let selectI32GeS: UInt16 = 726
  static let selectI32GeU: UInt16 = 728
  static let selectI64Eq: UInt16 = 730
  static let selectI64Ne: UInt16 = 732
  static let selectI64LtS: UInt16 = 734
  static let selectI64LtU: UInt16 = 736
  static let selectI64GtS: UInt16 = 738
  static let selectI64GtU: UInt16 = 740
  static let selectI64LeS: UInt16 = 742
  static let selectI64LeU: UInt16 = 744
  static let selectI64GeS: UInt16 = 746
  static let selectI64GeU: UInt16 = 748
  static let const32: UInt16 = 3341
  static let const64: UInt16 = 3342
  static let move: UInt16 = 3343
  static let moveFar: UInt16 = 3344
  static let enter: UInt16 = 3345
  static let fuel: UInt16 = 3346
  static let unreachable: UInt16 = 3347
  static let globalGet: UInt16 = 750
  static let globalSetS: UInt16 = 3348
  static let globalSetA: UInt16 = 3349
  static let tableGet: UInt16 = 751
  static let tableSet: UInt16 = 3350
  static let tableSize: UInt16 = 752
  static let refIsNull: UInt16 = 753
  static let memorySize: UInt16 = 754
  static let memoryFill: UInt16 = 3351
  static let memoryCopy: UInt16 = 3352
  static let service: UInt16 = 3353
  static let call: UInt16 = 3354
  static let callExternal: UInt16 = 3355
  static let callIndirectS: UInt16 = 3356
  static let callIndirectA: UInt16 = 3357
  static let callRefS: UInt16 = 3358
  static let callRefA: UInt16 = 3359
  static let returnCallRefS: UInt16 = 3360
  static let returnCallRefA: UInt16 = 3361
  static let refAsNonNull: UInt16 = 3362
  static let returnCall: UInt16 = 3363
  static let returnCallIndirectS: UInt16 = 3364
  static let returnCallIndirectA: UInt16 = 3365
  static let returnNone: UInt16 = 3366
  static let returnOneS: UInt16 = 3367
  static let returnOneA: UInt16 = 3368
  static let returnMany: UInt16 = 3369
  static let untranslated: UInt16 = 3370
  static let exit: UInt16 = 3371
  static let i8x16Splat: UInt16 = 755
  static let i8x16ExtractLaneS: UInt16 = 757
  static let i8x16ExtractLaneU: UInt16 = 758
  static let i8x16ReplaceLane: UInt16 = 759
  static let i16x8Splat: UInt16 = 763
  static let i16x8ExtractLaneS: UInt16 = 765
  static let i16x8ExtractLaneU: UInt16 = 766
  static let i16x8ReplaceLane: UInt16 = 767
  static let i32x4Splat: UInt16 = 771
  static let i32x4ExtractLane: UInt16 = 773
  static let i32x4ReplaceLane: UInt16 = 774
  static let i64x2Splat: UInt16 = 778
  static let i64x2ExtractLane: UInt16 = 780
  static let i64x2ReplaceLane: UInt16 = 781
  static let f32x4Splat: UInt16 = 785
  static let f32x4ExtractLane: UInt16 = 787
  static let f32x4ReplaceLane: UInt16 = 788
  static let f64x2Splat: UInt16 = 792
  static let f64x2ExtractLane: UInt16 = 794
  static let f64x2ReplaceLane: UInt16 = 795
  static let i8x16Eq: UInt16 = 799
  static let i8x16Ne: UInt16 = 802
  static let i8x16LtS: UInt16 = 805
  static let i8x16LtU: UInt16 = 808
  static let i8x16GtS: UInt16 = 811
  static let i8x16GtU: UInt16 = 814
  static let i8x16LeS: UInt16 = 817
  static let i8x16LeU: UInt16 = 820
  static let i8x16GeS: UInt16 = 823
  static let i8x16GeU: UInt16 = 826
  static let i16x8Eq: UInt16 = 829
  static let i16x8Ne: UInt16 = 832
  static let i16x8LtS: UInt16 = 835
  static let i16x8LtU: UInt16 = 838
  static let i16x8GtS: UInt16 = 841
  static let i16x8GtU: UInt16 = 844
  static let i16x8LeS: UInt16 = 847
  static let i16x8LeU: UInt16 = 850
  static let i16x8GeS: UInt16 = 853
  static let i16x8GeU: UInt16 = 856
  static let i32x4Eq: UInt16 = 859
  static let i32x4Ne: UInt16 = 862
  static let i32x4LtS: UInt16 = 865
  static let i32x4LtU: UInt16 = 868
  static let i32x4GtS: UInt16 = 871
  static let i32x4GtU: UInt16 = 874
  static let i32x4LeS: UInt16 = 877
  static let i32x4LeU: UInt16 = 880
  static let i32x4GeS: UInt16 = 883
  static let i32x4GeU: UInt16 = 886
  static let i64x2Eq: UInt16 = 889
  static let i64x2Ne: UInt16 = 892
  static let i64x2LtS: UInt16 = 895
  static let i64x2GtS: UInt16 = 898
  static let i64x2LeS: UInt16 = 901
  static let i64x2GeS: UInt16 = 904
  static let f32x4Eq: UInt16 = 907
  static let f32x4Ne: UInt16 = 910
  static let f32x4Lt: UInt16 = 913
  static let f32x4Gt: UInt16 = 916
  static let f32x4Le: UInt16 = 919
  static let f32x4Ge: UInt16 = 922
  static let f64x2Eq: UInt16 = 925
  static let f64x2Ne: UInt16 = 928
  static let f64x2Lt: UInt16 = 931
  static let f64x2Gt: UInt16 = 934
  static let f64x2Le: UInt16 = 937
  static let f64x2Ge: UInt16 = 940
  static let v128Not: UInt16 = 943
  static let v128And: UInt16 = 945
  static let v128Andnot: UInt16 = 948
  static let v128Or: UInt16 = 951
  static let v128Xor: UInt16 = 954
  static let v128Bitselect: UInt16 = 957
  static let v128AnyTrue: UInt16 = 960
  static let i8x16Abs: UInt16 = 962
  static let i8x16Neg: UInt16 = 964
  static let i8x16AllTrue: UInt16 = 966
  static let i8x16Bitmask: UInt16 = 968
  static let i8x16Shl: UInt16 = 970
  static let i8x16ShrS: UInt16 = 976
  static let i8x16ShrU: UInt16 = 982
  static let i8x16Add: UInt16 = 988
  static let i8x16Sub: UInt16 = 991
  static let i8x16AddSatS: UInt16 = 994
  static let i8x16AddSatU: UInt16 = 997
  static let i8x16SubSatS: UInt16 = 1000
  static let i8x16SubSatU: UInt16 = 1003
  static let i8x16AvgrU: UInt16 = 1006
  static let i8x16MinS: UInt16 = 1009
  static let i8x16MinU: UInt16 = 1012
  static let i8x16MaxS: UInt16 = 1015
  static let i8x16MaxU: UInt16 = 1018
  static let i16x8Abs: UInt16 = 1021
  static let i16x8Neg: UInt16 = 1023
  static let i16x8AllTrue: UInt16 = 1025
  static let i16x8Bitmask: UInt16 = 1027
  static let i16x8Shl: UInt16 = 1029
  static let i16x8ShrS: UInt16 = 1035
  static let i16x8ShrU: UInt16 = 1041
  static let i16x8Add: UInt16 = 1047
  static let i16x8Sub: UInt16 = 1050
  static let i16x8Mul: UInt16 = 1053
  static let i16x8AddSatS: UInt16 = 1056
  static let i16x8AddSatU: UInt16 = 1059
  static let i16x8SubSatS: UInt16 = 1062
  static let i16x8SubSatU: UInt16 = 1065
  static let i16x8AvgrU: UInt16 = 1068
  static let i16x8MinS: UInt16 = 1071
  static let i16x8MinU: UInt16 = 1074
  static let i16x8MaxS: UInt16 = 1077
  static let i16x8MaxU: UInt16 = 1080
  static let i32x4Abs: UInt16 = 1083
  static let i32x4Neg: UInt16 = 1085
  static let i32x4AllTrue: UInt16 = 1087
  static let i32x4Bitmask: UInt16 = 1089
  static let i32x4Shl: UInt16 = 1091
  static let i32x4ShrS: UInt16 = 1097
  static let i32x4ShrU: UInt16 = 1103
  static let i32x4Add: UInt16 = 1109
  static let i32x4Sub: UInt16 = 1112
  static let i32x4Mul: UInt16 = 1115
  static let i32x4MinS: UInt16 = 1118
  static let i32x4MinU: UInt16 = 1121
  static let i32x4MaxS: UInt16 = 1124
  static let i32x4MaxU: UInt16 = 1127
  static let i64x2Abs: UInt16 = 1130
  static let i64x2Neg: UInt16 = 1132
  static let i64x2AllTrue: UInt16 = 1134
  static let i64x2Bitmask: UInt16 = 1136
  static let i64x2Shl: UInt16 = 1138
  static let i64x2ShrS: UInt16 = 1144
  static let i64x2ShrU: UInt16 = 1150
  static let i64x2Add: UInt16 = 1156
  static let i64x2Sub: UInt16 = 1159
  static let i64x2Mul: UInt16 = 1162
  static let i8x16Popcnt: UInt16 = 1165
  static let i16x8ExtaddPairwiseI8x16S: UInt16 = 1167
  static let i8x16NarrowI16x8S: UInt16 = 1169
  static let i16x8ExtendLowI8x16S: UInt16 = 1172
  static let i16x8ExtmulLowI8x16S: UInt16 = 1174
  static let i16x8ExtendHighI8x16S: UInt16 = 1177
  static let i16x8ExtmulHighI8x16S: UInt16 = 1179
  static let i16x8ExtaddPairwiseI8x16U: UInt16 = 1182
  static let i8x16NarrowI16x8U: UInt16 = 1184
  static let i16x8ExtendLowI8x16U: UInt16 = 1187
  static let i16x8ExtmulLowI8x16U: UInt16 = 1189
  static let i16x8ExtendHighI8x16U: UInt16 = 1192
  static let i16x8ExtmulHighI8x16U: UInt16 = 1194
  static let i32x4ExtaddPairwiseI16x8S: UInt16 = 1197
  static let i16x8NarrowI32x4S: UInt16 = 1199
  static let i32x4ExtendLowI16x8S: UInt16 = 1202
  static let i32x4ExtmulLowI16x8S: UInt16 = 1204
  static let i32x4ExtendHighI16x8S: UInt16 = 1207
  static let i32x4ExtmulHighI16x8S: UInt16 = 1209
  static let i32x4ExtaddPairwiseI16x8U: UInt16 = 1212
  static let i16x8NarrowI32x4U: UInt16 = 1214
  static let i32x4ExtendLowI16x8U: UInt16 = 1217
  static let i32x4ExtmulLowI16x8U: UInt16 = 1219
  static let i32x4ExtendHighI16x8U: UInt16 = 1222
  static let i32x4ExtmulHighI16x8U: UInt16 = 1224
  static let i64x2ExtendLowI32x4S: UInt16 = 1227
  static let i64x2ExtmulLowI32x4S: UInt16 = 1229
  static let i64x2ExtendHighI32x4S: UInt16 = 1232
  static let i64x2ExtmulHighI32x4S: UInt16 = 1234
  static let i64x2ExtendLowI32x4U: UInt16 = 1237
  static let i64x2ExtmulLowI32x4U: UInt16 = 1239
  static let i64x2ExtendHighI32x4U: UInt16 = 1242
  static let i64x2ExtmulHighI32x4U: UInt16 = 1244
  static let i32x4DotI16x8S: UInt16 = 1247
  static let i16x8Q15mulrSatS: UInt16 = 1250
  static let i8x16Swizzle: UInt16 = 1253
  static let i8x16Shuffle: UInt16 = 1256
  static let f32x4Abs: UInt16 = 1259
  static let f32x4Neg: UInt16 = 1261
  static let f32x4Sqrt: UInt16 = 1263
  static let f32x4Ceil: UInt16 = 1265
  static let f32x4Floor: UInt16 = 1267
  static let f32x4Trunc: UInt16 = 1269
  static let f32x4Nearest: UInt16 = 1271
  static let f32x4Add: UInt16 = 1273
  static let f32x4Sub: UInt16 = 1276
  static let f32x4Mul: UInt16 = 1279
  static let f32x4Div: UInt16 = 1282
  static let f32x4Min: UInt16 = 1285
  static let f32x4Max: UInt16 = 1288
  static let f32x4Pmin: UInt16 = 1291
  static let f32x4Pmax: UInt16 = 1294
  static let f32x4Madd: UInt16 = 1297
  static let f32x4Nmadd: UInt16 = 1300
  static let f32x4Canonical: UInt16 = 1303
  static let f64x2Abs: UInt16 = 1304
  static let f64x2Neg: UInt16 = 1306
  static let f64x2Sqrt: UInt16 = 1308
  static let f64x2Ceil: UInt16 = 1310
  static let f64x2Floor: UInt16 = 1312
  static let f64x2Trunc: UInt16 = 1314
  static let f64x2Nearest: UInt16 = 1316
  static let f64x2Add: UInt16 = 1318
  static let f64x2Sub: UInt16 = 1321
  static let f64x2Mul: UInt16 = 1324
  static let f64x2Div: UInt16 = 1327
  static let f64x2Min: UInt16 = 1330
  static let f64x2Max: UInt16 = 1333
  static let f64x2Pmin: UInt16 = 1336
  static let f64x2Pmax: UInt16 = 1339
  static let f64x2Madd: UInt16 = 1342
  static let f64x2Nmadd: UInt16 = 1345
  static let f64x2Canonical: UInt16 = 1348
  static let i32x4TruncSatF32x4S: UInt16 = 1349
  static let i32x4TruncSatF64x2SZero: UInt16 = 1351
  static let f32x4ConvertI32x4S: UInt16 = 1353
  static let f64x2ConvertLowI32x4S: UInt16 = 1355
  static let i32x4TruncSatF32x4U: UInt16 = 1357
  static let i32x4TruncSatF64x2UZero: UInt16 = 1359
  static let f32x4ConvertI32x4U: UInt16 = 1361
  static let f64x2ConvertLowI32x4U: UInt16 = 1363
  static let f32x4DemoteF64x2Zero: UInt16 = 1365
  static let f64x2PromoteLowF32x4: UInt16 = 1367
  static let i16x8RelaxedDotI8x16I7x16S: UInt16 = 1369
  static let i32x4RelaxedDotI8x16I7x16AddS: UInt16 = 1372
  static let v128Const: UInt16 = 1375
  static let v128Load: UInt16 = 1376
  static let v128Load8x8S: UInt16 = 1384
  static let v128Load8x8U: UInt16 = 1392
  static let v128Load16x4S: UInt16 = 1400
  static let v128Load16x4U: UInt16 = 1408
  static let v128Load32x2S: UInt16 = 1416
  static let v128Load32x2U: UInt16 = 1424
  static let v128Load8Splat: UInt16 = 1432
  static let v128Load16Splat: UInt16 = 1440
  static let v128Load32Splat: UInt16 = 1448
  static let v128Load64Splat: UInt16 = 1456
  static let v128Load32Zero: UInt16 = 1464
  static let v128Load64Zero: UInt16 = 1472
  static let v128Store: UInt16 = 3372
  static let v128Load8Lane: UInt16 = 1480
  static let v128Store8Lane: UInt16 = 3382
  static let v128Load16Lane: UInt16 = 1481
  static let v128Store16Lane: UInt16 = 3383
  static let v128Load32Lane: UInt16 = 1482
  static let v128Store32Lane: UInt16 = 3384
  static let v128Load64Lane: UInt16 = 1483
  static let v128Store64Lane: UInt16 = 3385
  static let selectV128: UInt16 = 1484
  static let moveV128: UInt16 = 3386
  static let globalGetV128: UInt16 = 1486
  static let globalSetV128S: UInt16 = 3387
  static let globalSetV128A: UInt16 = 3388
}

/// The families of vector instructions by their names in the text format.
enum VectorHandlers {
  static let byName: [String: UInt16] = [
    "i8x16.splat": 755,
    "i8x16.extract_lane_s": 757,
    "i8x16.extract_lane_u": 758,
    "i8x16.replace_lane": 759,
    "i16x8.splat": 763,
    "i16x8.extract_lane_s": 765,
    "i16x8.extract_lane_u": 766,
    "i16x8.replace_lane": 767,
    "i32x4.splat": 771,
    "i32x4.extract_lane": 773,
    "i32x4.replace_lane": 774,
    "i64x2.splat": 778,
    "i64x2.extract_lane": 780,
    "i64x2.replace_lane": 781,
    "f32x4.splat": 785,
    "f32x4.extract_lane": 787,
    "f32x4.replace_lane": 788,
    "f64x2.splat": 792,
    "f64x2.extract_lane": 794,
    "f64x2.replace_lane": 795,
    "i8x16.eq": 799,
    "i8x16.ne": 802,
    "i8x16.lt_s": 805,
    "i8x16.lt_u": 808,
    "i8x16.gt_s": 811,
    "i8x16.gt_u": 814,
    "i8x16.le_s": 817,
    "i8x16.le_u": 820,
    "i8x16.ge_s": 823,
    "i8x16.ge_u": 826,
    "i16x8.eq": 829,
    "i16x8.ne": 832,
    "i16x8.lt_s": 835,
    "i16x8.lt_u": 838,
    "i16x8.gt_s": 841,
    "i16x8.gt_u": 844,
    "i16x8.le_s": 847,
    "i16x8.le_u": 850,
    "i16x8.ge_s": 853,
    "i16x8.ge_u": 856,
    "i32x4.eq": 859,
    "i32x4.ne": 862,
    "i32x4.lt_s": 865,
    "i32x4.lt_u": 868,
    "i32x4.gt_s": 871,
    "i32x4.gt_u": 874,
    "i32x4.le_s": 877,
    "i32x4.le_u": 880,
    "i32x4.ge_s": 883,
    "i32x4.ge_u": 886,
    "i64x2.eq": 889,
    "i64x2.ne": 892,
    "i64x2.lt_s": 895,
    "i64x2.gt_s": 898,
    "i64x2.le_s": 901,
    "i64x2.ge_s": 904,
    "f32x4.eq": 907,
    "f32x4.ne": 910,
    "f32x4.lt": 913,
    "f32x4.gt": 916,
    "f32x4.le": 919,
    "f32x4.ge": 922,
    "f64x2.eq": 925,
    "f64x2.ne": 928,
    "f64x2.lt": 931,
    "f64x2.gt": 934,
    "f64x2.le": 937,
    "f64x2.ge": 940,
    "v128.not": 943,
    "v128.and": 945,
    "v128.andnot": 948,
    "v128.or": 951,
    "v128.xor": 954,
    "v128.bitselect": 957,
    "v128.any_true": 960,
    "i8x16.abs": 962,
    "i8x16.neg": 964,
    "i8x16.all_true": 966,
    "i8x16.bitmask": 968,
    "i8x16.shl": 970,
    "i8x16.shr_s": 976,
    "i8x16.shr_u": 982,
    "i8x16.add": 988,
    "i8x16.sub": 991,
    "i8x16.add_sat_s": 994,
    "i8x16.add_sat_u": 997,
    "i8x16.sub_sat_s": 1000,
    "i8x16.sub_sat_u": 1003,
    "i8x16.avgr_u": 1006,
    "i8x16.min_s": 1009,
    "i8x16.min_u": 1012,
    "i8x16.max_s": 1015,
    "i8x16.max_u": 1018,
    "i16x8.abs": 1021,
    "i16x8.neg": 1023,
    "i16x8.all_true": 1025,
    "i16x8.bitmask": 1027,
    "i16x8.shl": 1029,
    "i16x8.shr_s": 1035,
    "i16x8.shr_u": 1041,
    "i16x8.add": 1047,
    "i16x8.sub": 1050,
    "i16x8.mul": 1053,
    "i16x8.add_sat_s": 1056,
    "i16x8.add_sat_u": 1059,
    "i16x8.sub_sat_s": 1062,
    "i16x8.sub_sat_u": 1065,
    "i16x8.avgr_u": 1068,
    "i16x8.min_s": 1071,
    "i16x8.min_u": 1074,
    "i16x8.max_s": 1077,
    "i16x8.max_u": 1080,
    "i32x4.abs": 1083,
    "i32x4.neg": 1085,
    "i32x4.all_true": 1087,
    "i32x4.bitmask": 1089,
    "i32x4.shl": 1091,
    "i32x4.shr_s": 1097,
    "i32x4.shr_u": 1103,
    "i32x4.add": 1109,
    "i32x4.sub": 1112,
    "i32x4.mul": 1115,
    "i32x4.min_s": 1118,
    "i32x4.min_u": 1121,
    "i32x4.max_s": 1124,
    "i32x4.max_u": 1127,
    "i64x2.abs": 1130,
    "i64x2.neg": 1132,
    "i64x2.all_true": 1134,
    "i64x2.bitmask": 1136,
    "i64x2.shl": 1138,
    "i64x2.shr_s": 1144,
    "i64x2.shr_u": 1150,
    "i64x2.add": 1156,
    "i64x2.sub": 1159,
    "i64x2.mul": 1162,
    "i8x16.popcnt": 1165,
    "i16x8.extadd_pairwise_i8x16_s": 1167,
    "i8x16.narrow_i16x8_s": 1169,
    "i16x8.extend_low_i8x16_s": 1172,
    "i16x8.extmul_low_i8x16_s": 1174,
    "i16x8.extend_high_i8x16_s": 1177,
    "i16x8.extmul_high_i8x16_s": 1179,
    "i16x8.extadd_pairwise_i8x16_u": 1182,
    "i8x16.narrow_i16x8_u": 1184,
    "i16x8.extend_low_i8x16_u": 1187,
    "i16x8.extmul_low_i8x16_u": 1189,
    "i16x8.extend_high_i8x16_u": 1192,
    "i16x8.extmul_high_i8x16_u": 1194,
    "i32x4.extadd_pairwise_i16x8_s": 1197,
    "i16x8.narrow_i32x4_s": 1199,
    "i32x4.extend_low_i16x8_s": 1202,
    "i32x4.extmul_low_i16x8_s": 1204,
    "i32x4.extend_high_i16x8_s": 1207,
    "i32x4.extmul_high_i16x8_s": 1209,
    "i32x4.extadd_pairwise_i16x8_u": 1212,
    "i16x8.narrow_i32x4_u": 1214,
    "i32x4.extend_low_i16x8_u": 1217,
    "i32x4.extmul_low_i16x8_u": 1219,
    "i32x4.extend_high_i16x8_u": 1222,
    "i32x4.extmul_high_i16x8_u": 1224,
    "i64x2.extend_low_i32x4_s": 1227,
    "i64x2.extmul_low_i32x4_s": 1229,
    "i64x2.extend_high_i32x4_s": 1232,
    "i64x2.extmul_high_i32x4_s": 1234,
    "i64x2.extend_low_i32x4_u": 1237,
    "i64x2.extmul_low_i32x4_u": 1239,
    "i64x2.extend_high_i32x4_u": 1242,
    "i64x2.extmul_high_i32x4_u": 1244,
    "i32x4.dot_i16x8_s": 1247,
    "i16x8.q15mulr_sat_s": 1250,
    "i8x16.swizzle": 1253,
    "i8x16.shuffle": 1256,
    "f32x4.abs": 1259,
    "f32x4.neg": 1261,
    "f32x4.sqrt": 1263,
    "f32x4.ceil": 1265,
    "f32x4.floor": 1267,
    "f32x4.trunc": 1269,
    "f32x4.nearest": 1271,
    "f32x4.add": 1273,
    "f32x4.sub": 1276,
    "f32x4.mul": 1279,
    "f32x4.div": 1282,
    "f32x4.min": 1285,
    "f32x4.max": 1288,
    "f32x4.pmin": 1291,
    "f32x4.pmax": 1294,
    "f32x4.madd": 1297,
    "f32x4.nmadd": 1300,
    "f32x4.canonical": 1303,
    "f64x2.abs": 1304,
    "f64x2.neg": 1306,
    "f64x2.sqrt": 1308,
    "f64x2.ceil": 1310,
    "f64x2.floor": 1312,
    "f64x2.trunc": 1314,
    "f64x2.nearest": 1316,
    "f64x2.add": 1318,
    "f64x2.sub": 1321,
    "f64x2.mul": 1324,
    "f64x2.div": 1327,
    "f64x2.min": 1330,
    "f64x2.max": 1333,
    "f64x2.pmin": 1336,
    "f64x2.pmax": 1339,
    "f64x2.madd": 1342,
    "f64x2.nmadd": 1345,
    "f64x2.canonical": 1348,
    "i32x4.trunc_sat_f32x4_s": 1349,
    "i32x4.trunc_sat_f64x2_s_zero": 1351,
    "f32x4.convert_i32x4_s": 1353,
    "f64x2.convert_low_i32x4_s": 1355,
    "i32x4.trunc_sat_f32x4_u": 1357,
    "i32x4.trunc_sat_f64x2_u_zero": 1359,
    "f32x4.convert_i32x4_u": 1361,
    "f64x2.convert_low_i32x4_u": 1363,
    "f32x4.demote_f64x2_zero": 1365,
    "f64x2.promote_low_f32x4": 1367,
    "i16x8.relaxed_dot_i8x16_i7x16_s": 1369,
    "i32x4.relaxed_dot_i8x16_i7x16_add_s": 1372,
    "v128.const": 1375,
    "v128.load": 1376,
    "v128.load8x8_s": 1384,
    "v128.load8x8_u": 1392,
    "v128.load16x4_s": 1400,
    "v128.load16x4_u": 1408,
    "v128.load32x2_s": 1416,
    "v128.load32x2_u": 1424,
    "v128.load8_splat": 1432,
    "v128.load16_splat": 1440,
    "v128.load32_splat": 1448,
    "v128.load64_splat": 1456,
    "v128.load32_zero": 1464,
    "v128.load64_zero": 1472,
    "v128.store": 3372,
    "v128.load8_lane": 1480,
    "v128.store8_lane": 3382,
    "v128.load16_lane": 1481,
    "v128.store16_lane": 3383,
    "v128.load32_lane": 1482,
    "v128.store32_lane": 3384,
    "v128.load64_lane": 1483,
    "v128.store64_lane": 3385,
    "select.v128": 1484,
    "move.v128": 3386,
    "global.get_v128": 1486,
    "global.set_v128_s": 3387,
    "global.set_v128_a": 3388,
  ]
}
