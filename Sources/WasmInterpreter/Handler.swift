// Written by scripts/generate-handlers: change that script, not this file.

/// Numbers of the handlers in the C dispatch loop: the first member of each family.
enum Handler {
  /// Numbers below this one have a result; the same word without a slot for it is this much further.
  static let resultCount: UInt16 = 1537
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
  static let i32Store: UInt16 = 3074
  static let i64Store: UInt16 = 3101
  static let f32Store: UInt16 = 3128
  static let f64Store: UInt16 = 3146
  static let i32Store8: UInt16 = 3164
  static let i32Store16: UInt16 = 3179
  static let i64Store8: UInt16 = 3206
  static let i64Store16: UInt16 = 3221
  static let i64Store32: UInt16 = 3248
  static let addressFar: UInt16 = 703
  static let memoryAt32: UInt16 = 704
  static let memoryAt64: UInt16 = 705
  static let memoryBack: UInt16 = 3275
  static let memorySizeOf: UInt16 = 706
  static let tableIndex: UInt16 = 707
  static let brI32Eq: UInt16 = 3276
  static let brI32Ne: UInt16 = 3280
  static let brI32LtS: UInt16 = 3284
  static let brI32LtU: UInt16 = 3288
  static let brI32GtS: UInt16 = 3292
  static let brI32GtU: UInt16 = 3296
  static let brI32LeS: UInt16 = 3300
  static let brI32LeU: UInt16 = 3304
  static let brI32GeS: UInt16 = 3308
  static let brI32GeU: UInt16 = 3312
  static let brI64Eq: UInt16 = 3316
  static let brI64Ne: UInt16 = 3320
  static let brI64LtS: UInt16 = 3324
  static let brI64LtU: UInt16 = 3328
  static let brI64GtS: UInt16 = 3332
  static let brI64GtU: UInt16 = 3336
  static let brI64LeS: UInt16 = 3340
  static let brI64LeU: UInt16 = 3344
  static let brI64GeS: UInt16 = 3348
  static let brI64GeU: UInt16 = 3352
  static let brF32Eq: UInt16 = 3356
  static let brF32Ne: UInt16 = 3360
  static let brF32Lt: UInt16 = 3364
  static let brF32Gt: UInt16 = 3368
  static let brF32Le: UInt16 = 3372
  static let brF32Ge: UInt16 = 3376
  static let brF32Nlt: UInt16 = 3380
  static let brF32Ngt: UInt16 = 3384
  static let brF32Nle: UInt16 = 3388
  static let brF32Nge: UInt16 = 3392
  static let brF64Eq: UInt16 = 3396
  static let brF64Ne: UInt16 = 3400
  static let brF64Lt: UInt16 = 3404
  static let brF64Gt: UInt16 = 3408
  static let brF64Le: UInt16 = 3412
  static let brF64Ge: UInt16 = 3416
  static let brF64Nlt: UInt16 = 3420
  static let brF64Ngt: UInt16 = 3424
  static let brF64Nle: UInt16 = 3428
  static let brF64Nge: UInt16 = 3432
  static let br: UInt16 = 3436
  static let brTable: UInt16 = 3437
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
  static let const32: UInt16 = 3441
  static let const64: UInt16 = 3442
  static let move: UInt16 = 3443
  static let moveFar: UInt16 = 3444
  static let enter: UInt16 = 3445
  static let fuel: UInt16 = 3446
  static let unreachable: UInt16 = 3447
  static let globalGet: UInt16 = 750
  static let globalSetS: UInt16 = 3448
  static let globalSetA: UInt16 = 3449
  static let tableGet: UInt16 = 751
  static let tableSet: UInt16 = 3450
  static let tableSize: UInt16 = 752
  static let refIsNull: UInt16 = 753
  static let memorySize: UInt16 = 754
  static let memoryFill: UInt16 = 3451
  static let memoryCopy: UInt16 = 3452
  static let service: UInt16 = 3453
  static let call: UInt16 = 3454
  static let callExternal: UInt16 = 3455
  static let callIndirectS: UInt16 = 3456
  static let callIndirectA: UInt16 = 3457
  static let callRefS: UInt16 = 3458
  static let callRefA: UInt16 = 3459
  static let returnCallRefS: UInt16 = 3460
  static let returnCallRefA: UInt16 = 3461
  static let refAsNonNull: UInt16 = 3462
  static let returnCall: UInt16 = 3463
  static let returnCallIndirectS: UInt16 = 3464
  static let returnCallIndirectA: UInt16 = 3465
  static let returnNone: UInt16 = 3466
  static let returnOneS: UInt16 = 3467
  static let returnOneA: UInt16 = 3468
  static let returnMany: UInt16 = 3469
  static let untranslated: UInt16 = 3470
  static let exit: UInt16 = 3471
  static let structGetI32: UInt16 = 755
  static let arrayGetI32: UInt16 = 757
  static let structGetI64: UInt16 = 759
  static let arrayGetI64: UInt16 = 761
  static let structGetF32: UInt16 = 763
  static let arrayGetF32: UInt16 = 765
  static let structGetF64: UInt16 = 767
  static let arrayGetF64: UInt16 = 769
  static let structGetI8S: UInt16 = 771
  static let arrayGetI8S: UInt16 = 773
  static let structGetI8U: UInt16 = 775
  static let arrayGetI8U: UInt16 = 777
  static let structGetI16S: UInt16 = 779
  static let arrayGetI16S: UInt16 = 781
  static let structGetI16U: UInt16 = 783
  static let arrayGetI16U: UInt16 = 785
  static let structSet8: UInt16 = 3472
  static let arraySet8: UInt16 = 3474
  static let structSet16: UInt16 = 3476
  static let arraySet16: UInt16 = 3478
  static let structSet32: UInt16 = 3480
  static let arraySet32: UInt16 = 3482
  static let structSet64: UInt16 = 3484
  static let arraySet64: UInt16 = 3486
  static let refI31: UInt16 = 787
  static let i31GetS: UInt16 = 789
  static let i31GetU: UInt16 = 791
  static let arrayLen: UInt16 = 793
  static let refTestType: UInt16 = 795
  static let refTest: UInt16 = 797
  static let refCastType: UInt16 = 3488
  static let refCast: UInt16 = 3489
  static let structNew: UInt16 = 798
  static let structNewDefault: UInt16 = 799
  static let arrayNew: UInt16 = 800
  static let arrayNewDefault: UInt16 = 801
  static let arrayNewFixed: UInt16 = 802
  static let i8x16Splat: UInt16 = 803
  static let i8x16ExtractLaneS: UInt16 = 805
  static let i8x16ExtractLaneU: UInt16 = 806
  static let i8x16ReplaceLane: UInt16 = 807
  static let i16x8Splat: UInt16 = 811
  static let i16x8ExtractLaneS: UInt16 = 813
  static let i16x8ExtractLaneU: UInt16 = 814
  static let i16x8ReplaceLane: UInt16 = 815
  static let i32x4Splat: UInt16 = 819
  static let i32x4ExtractLane: UInt16 = 821
  static let i32x4ReplaceLane: UInt16 = 822
  static let i64x2Splat: UInt16 = 826
  static let i64x2ExtractLane: UInt16 = 828
  static let i64x2ReplaceLane: UInt16 = 829
  static let f32x4Splat: UInt16 = 833
  static let f32x4ExtractLane: UInt16 = 835
  static let f32x4ReplaceLane: UInt16 = 836
  static let f64x2Splat: UInt16 = 840
  static let f64x2ExtractLane: UInt16 = 842
  static let f64x2ReplaceLane: UInt16 = 843
  static let i8x16Eq: UInt16 = 847
  static let i8x16Ne: UInt16 = 850
  static let i8x16LtS: UInt16 = 853
  static let i8x16LtU: UInt16 = 856
  static let i8x16GtS: UInt16 = 859
  static let i8x16GtU: UInt16 = 862
  static let i8x16LeS: UInt16 = 865
  static let i8x16LeU: UInt16 = 868
  static let i8x16GeS: UInt16 = 871
  static let i8x16GeU: UInt16 = 874
  static let i16x8Eq: UInt16 = 877
  static let i16x8Ne: UInt16 = 880
  static let i16x8LtS: UInt16 = 883
  static let i16x8LtU: UInt16 = 886
  static let i16x8GtS: UInt16 = 889
  static let i16x8GtU: UInt16 = 892
  static let i16x8LeS: UInt16 = 895
  static let i16x8LeU: UInt16 = 898
  static let i16x8GeS: UInt16 = 901
  static let i16x8GeU: UInt16 = 904
  static let i32x4Eq: UInt16 = 907
  static let i32x4Ne: UInt16 = 910
  static let i32x4LtS: UInt16 = 913
  static let i32x4LtU: UInt16 = 916
  static let i32x4GtS: UInt16 = 919
  static let i32x4GtU: UInt16 = 922
  static let i32x4LeS: UInt16 = 925
  static let i32x4LeU: UInt16 = 928
  static let i32x4GeS: UInt16 = 931
  static let i32x4GeU: UInt16 = 934
  static let i64x2Eq: UInt16 = 937
  static let i64x2Ne: UInt16 = 940
  static let i64x2LtS: UInt16 = 943
  static let i64x2GtS: UInt16 = 946
  static let i64x2LeS: UInt16 = 949
  static let i64x2GeS: UInt16 = 952
  static let f32x4Eq: UInt16 = 955
  static let f32x4Ne: UInt16 = 958
  static let f32x4Lt: UInt16 = 961
  static let f32x4Gt: UInt16 = 964
  static let f32x4Le: UInt16 = 967
  static let f32x4Ge: UInt16 = 970
  static let f64x2Eq: UInt16 = 973
  static let f64x2Ne: UInt16 = 976
  static let f64x2Lt: UInt16 = 979
  static let f64x2Gt: UInt16 = 982
  static let f64x2Le: UInt16 = 985
  static let f64x2Ge: UInt16 = 988
  static let v128Not: UInt16 = 991
  static let v128And: UInt16 = 993
  static let v128Andnot: UInt16 = 996
  static let v128Or: UInt16 = 999
  static let v128Xor: UInt16 = 1002
  static let v128Bitselect: UInt16 = 1005
  static let v128AnyTrue: UInt16 = 1008
  static let i8x16Abs: UInt16 = 1010
  static let i8x16Neg: UInt16 = 1012
  static let i8x16AllTrue: UInt16 = 1014
  static let i8x16Bitmask: UInt16 = 1016
  static let i8x16Shl: UInt16 = 1018
  static let i8x16ShrS: UInt16 = 1024
  static let i8x16ShrU: UInt16 = 1030
  static let i8x16Add: UInt16 = 1036
  static let i8x16Sub: UInt16 = 1039
  static let i8x16AddSatS: UInt16 = 1042
  static let i8x16AddSatU: UInt16 = 1045
  static let i8x16SubSatS: UInt16 = 1048
  static let i8x16SubSatU: UInt16 = 1051
  static let i8x16AvgrU: UInt16 = 1054
  static let i8x16MinS: UInt16 = 1057
  static let i8x16MinU: UInt16 = 1060
  static let i8x16MaxS: UInt16 = 1063
  static let i8x16MaxU: UInt16 = 1066
  static let i16x8Abs: UInt16 = 1069
  static let i16x8Neg: UInt16 = 1071
  static let i16x8AllTrue: UInt16 = 1073
  static let i16x8Bitmask: UInt16 = 1075
  static let i16x8Shl: UInt16 = 1077
  static let i16x8ShrS: UInt16 = 1083
  static let i16x8ShrU: UInt16 = 1089
  static let i16x8Add: UInt16 = 1095
  static let i16x8Sub: UInt16 = 1098
  static let i16x8Mul: UInt16 = 1101
  static let i16x8AddSatS: UInt16 = 1104
  static let i16x8AddSatU: UInt16 = 1107
  static let i16x8SubSatS: UInt16 = 1110
  static let i16x8SubSatU: UInt16 = 1113
  static let i16x8AvgrU: UInt16 = 1116
  static let i16x8MinS: UInt16 = 1119
  static let i16x8MinU: UInt16 = 1122
  static let i16x8MaxS: UInt16 = 1125
  static let i16x8MaxU: UInt16 = 1128
  static let i32x4Abs: UInt16 = 1131
  static let i32x4Neg: UInt16 = 1133
  static let i32x4AllTrue: UInt16 = 1135
  static let i32x4Bitmask: UInt16 = 1137
  static let i32x4Shl: UInt16 = 1139
  static let i32x4ShrS: UInt16 = 1145
  static let i32x4ShrU: UInt16 = 1151
  static let i32x4Add: UInt16 = 1157
  static let i32x4Sub: UInt16 = 1160
  static let i32x4Mul: UInt16 = 1163
  static let i32x4MinS: UInt16 = 1166
  static let i32x4MinU: UInt16 = 1169
  static let i32x4MaxS: UInt16 = 1172
  static let i32x4MaxU: UInt16 = 1175
  static let i64x2Abs: UInt16 = 1178
  static let i64x2Neg: UInt16 = 1180
  static let i64x2AllTrue: UInt16 = 1182
  static let i64x2Bitmask: UInt16 = 1184
  static let i64x2Shl: UInt16 = 1186
  static let i64x2ShrS: UInt16 = 1192
  static let i64x2ShrU: UInt16 = 1198
  static let i64x2Add: UInt16 = 1204
  static let i64x2Sub: UInt16 = 1207
  static let i64x2Mul: UInt16 = 1210
  static let i8x16Popcnt: UInt16 = 1213
  static let i16x8ExtaddPairwiseI8x16S: UInt16 = 1215
  static let i8x16NarrowI16x8S: UInt16 = 1217
  static let i16x8ExtendLowI8x16S: UInt16 = 1220
  static let i16x8ExtmulLowI8x16S: UInt16 = 1222
  static let i16x8ExtendHighI8x16S: UInt16 = 1225
  static let i16x8ExtmulHighI8x16S: UInt16 = 1227
  static let i16x8ExtaddPairwiseI8x16U: UInt16 = 1230
  static let i8x16NarrowI16x8U: UInt16 = 1232
  static let i16x8ExtendLowI8x16U: UInt16 = 1235
  static let i16x8ExtmulLowI8x16U: UInt16 = 1237
  static let i16x8ExtendHighI8x16U: UInt16 = 1240
  static let i16x8ExtmulHighI8x16U: UInt16 = 1242
  static let i32x4ExtaddPairwiseI16x8S: UInt16 = 1245
  static let i16x8NarrowI32x4S: UInt16 = 1247
  static let i32x4ExtendLowI16x8S: UInt16 = 1250
  static let i32x4ExtmulLowI16x8S: UInt16 = 1252
  static let i32x4ExtendHighI16x8S: UInt16 = 1255
  static let i32x4ExtmulHighI16x8S: UInt16 = 1257
  static let i32x4ExtaddPairwiseI16x8U: UInt16 = 1260
  static let i16x8NarrowI32x4U: UInt16 = 1262
  static let i32x4ExtendLowI16x8U: UInt16 = 1265
  static let i32x4ExtmulLowI16x8U: UInt16 = 1267
  static let i32x4ExtendHighI16x8U: UInt16 = 1270
  static let i32x4ExtmulHighI16x8U: UInt16 = 1272
  static let i64x2ExtendLowI32x4S: UInt16 = 1275
  static let i64x2ExtmulLowI32x4S: UInt16 = 1277
  static let i64x2ExtendHighI32x4S: UInt16 = 1280
  static let i64x2ExtmulHighI32x4S: UInt16 = 1282
  static let i64x2ExtendLowI32x4U: UInt16 = 1285
  static let i64x2ExtmulLowI32x4U: UInt16 = 1287
  static let i64x2ExtendHighI32x4U: UInt16 = 1290
  static let i64x2ExtmulHighI32x4U: UInt16 = 1292
  static let i32x4DotI16x8S: UInt16 = 1295
  static let i16x8Q15mulrSatS: UInt16 = 1298
  static let i8x16Swizzle: UInt16 = 1301
  static let i8x16Shuffle: UInt16 = 1304
  static let f32x4Abs: UInt16 = 1307
  static let f32x4Neg: UInt16 = 1309
  static let f32x4Sqrt: UInt16 = 1311
  static let f32x4Ceil: UInt16 = 1313
  static let f32x4Floor: UInt16 = 1315
  static let f32x4Trunc: UInt16 = 1317
  static let f32x4Nearest: UInt16 = 1319
  static let f32x4Add: UInt16 = 1321
  static let f32x4Sub: UInt16 = 1324
  static let f32x4Mul: UInt16 = 1327
  static let f32x4Div: UInt16 = 1330
  static let f32x4Min: UInt16 = 1333
  static let f32x4Max: UInt16 = 1336
  static let f32x4Pmin: UInt16 = 1339
  static let f32x4Pmax: UInt16 = 1342
  static let f32x4Madd: UInt16 = 1345
  static let f32x4Nmadd: UInt16 = 1348
  static let f32x4Canonical: UInt16 = 1351
  static let f64x2Abs: UInt16 = 1352
  static let f64x2Neg: UInt16 = 1354
  static let f64x2Sqrt: UInt16 = 1356
  static let f64x2Ceil: UInt16 = 1358
  static let f64x2Floor: UInt16 = 1360
  static let f64x2Trunc: UInt16 = 1362
  static let f64x2Nearest: UInt16 = 1364
  static let f64x2Add: UInt16 = 1366
  static let f64x2Sub: UInt16 = 1369
  static let f64x2Mul: UInt16 = 1372
  static let f64x2Div: UInt16 = 1375
  static let f64x2Min: UInt16 = 1378
  static let f64x2Max: UInt16 = 1381
  static let f64x2Pmin: UInt16 = 1384
  static let f64x2Pmax: UInt16 = 1387
  static let f64x2Madd: UInt16 = 1390
  static let f64x2Nmadd: UInt16 = 1393
  static let f64x2Canonical: UInt16 = 1396
  static let i32x4TruncSatF32x4S: UInt16 = 1397
  static let i32x4TruncSatF64x2SZero: UInt16 = 1399
  static let f32x4ConvertI32x4S: UInt16 = 1401
  static let f64x2ConvertLowI32x4S: UInt16 = 1403
  static let i32x4TruncSatF32x4U: UInt16 = 1405
  static let i32x4TruncSatF64x2UZero: UInt16 = 1407
  static let f32x4ConvertI32x4U: UInt16 = 1409
  static let f64x2ConvertLowI32x4U: UInt16 = 1411
  static let f32x4DemoteF64x2Zero: UInt16 = 1413
  static let f64x2PromoteLowF32x4: UInt16 = 1415
  static let i16x8RelaxedDotI8x16I7x16S: UInt16 = 1417
  static let i32x4RelaxedDotI8x16I7x16AddS: UInt16 = 1420
  static let v128Const: UInt16 = 1423
  static let v128Load: UInt16 = 1424
  static let v128Load8x8S: UInt16 = 1432
  static let v128Load8x8U: UInt16 = 1440
  static let v128Load16x4S: UInt16 = 1448
  static let v128Load16x4U: UInt16 = 1456
  static let v128Load32x2S: UInt16 = 1464
  static let v128Load32x2U: UInt16 = 1472
  static let v128Load8Splat: UInt16 = 1480
  static let v128Load16Splat: UInt16 = 1488
  static let v128Load32Splat: UInt16 = 1496
  static let v128Load64Splat: UInt16 = 1504
  static let v128Load32Zero: UInt16 = 1512
  static let v128Load64Zero: UInt16 = 1520
  static let v128Store: UInt16 = 3490
  static let v128Load8Lane: UInt16 = 1528
  static let v128Store8Lane: UInt16 = 3500
  static let v128Load16Lane: UInt16 = 1529
  static let v128Store16Lane: UInt16 = 3501
  static let v128Load32Lane: UInt16 = 1530
  static let v128Store32Lane: UInt16 = 3502
  static let v128Load64Lane: UInt16 = 1531
  static let v128Store64Lane: UInt16 = 3503
  static let structGetV128: UInt16 = 1532
  static let arrayGetV128: UInt16 = 1533
  static let structSetV128: UInt16 = 3504
  static let arraySetV128: UInt16 = 3505
  static let selectV128: UInt16 = 1534
  static let moveV128: UInt16 = 3506
  static let globalGetV128: UInt16 = 1536
  static let globalSetV128S: UInt16 = 3507
  static let globalSetV128A: UInt16 = 3508
}

/// The families of vector instructions by their names in the text format.
enum VectorHandlers {
  static let byName: [String: UInt16] = [
    "i8x16.splat": 803,
    "i8x16.extract_lane_s": 805,
    "i8x16.extract_lane_u": 806,
    "i8x16.replace_lane": 807,
    "i16x8.splat": 811,
    "i16x8.extract_lane_s": 813,
    "i16x8.extract_lane_u": 814,
    "i16x8.replace_lane": 815,
    "i32x4.splat": 819,
    "i32x4.extract_lane": 821,
    "i32x4.replace_lane": 822,
    "i64x2.splat": 826,
    "i64x2.extract_lane": 828,
    "i64x2.replace_lane": 829,
    "f32x4.splat": 833,
    "f32x4.extract_lane": 835,
    "f32x4.replace_lane": 836,
    "f64x2.splat": 840,
    "f64x2.extract_lane": 842,
    "f64x2.replace_lane": 843,
    "i8x16.eq": 847,
    "i8x16.ne": 850,
    "i8x16.lt_s": 853,
    "i8x16.lt_u": 856,
    "i8x16.gt_s": 859,
    "i8x16.gt_u": 862,
    "i8x16.le_s": 865,
    "i8x16.le_u": 868,
    "i8x16.ge_s": 871,
    "i8x16.ge_u": 874,
    "i16x8.eq": 877,
    "i16x8.ne": 880,
    "i16x8.lt_s": 883,
    "i16x8.lt_u": 886,
    "i16x8.gt_s": 889,
    "i16x8.gt_u": 892,
    "i16x8.le_s": 895,
    "i16x8.le_u": 898,
    "i16x8.ge_s": 901,
    "i16x8.ge_u": 904,
    "i32x4.eq": 907,
    "i32x4.ne": 910,
    "i32x4.lt_s": 913,
    "i32x4.lt_u": 916,
    "i32x4.gt_s": 919,
    "i32x4.gt_u": 922,
    "i32x4.le_s": 925,
    "i32x4.le_u": 928,
    "i32x4.ge_s": 931,
    "i32x4.ge_u": 934,
    "i64x2.eq": 937,
    "i64x2.ne": 940,
    "i64x2.lt_s": 943,
    "i64x2.gt_s": 946,
    "i64x2.le_s": 949,
    "i64x2.ge_s": 952,
    "f32x4.eq": 955,
    "f32x4.ne": 958,
    "f32x4.lt": 961,
    "f32x4.gt": 964,
    "f32x4.le": 967,
    "f32x4.ge": 970,
    "f64x2.eq": 973,
    "f64x2.ne": 976,
    "f64x2.lt": 979,
    "f64x2.gt": 982,
    "f64x2.le": 985,
    "f64x2.ge": 988,
    "v128.not": 991,
    "v128.and": 993,
    "v128.andnot": 996,
    "v128.or": 999,
    "v128.xor": 1002,
    "v128.bitselect": 1005,
    "v128.any_true": 1008,
    "i8x16.abs": 1010,
    "i8x16.neg": 1012,
    "i8x16.all_true": 1014,
    "i8x16.bitmask": 1016,
    "i8x16.shl": 1018,
    "i8x16.shr_s": 1024,
    "i8x16.shr_u": 1030,
    "i8x16.add": 1036,
    "i8x16.sub": 1039,
    "i8x16.add_sat_s": 1042,
    "i8x16.add_sat_u": 1045,
    "i8x16.sub_sat_s": 1048,
    "i8x16.sub_sat_u": 1051,
    "i8x16.avgr_u": 1054,
    "i8x16.min_s": 1057,
    "i8x16.min_u": 1060,
    "i8x16.max_s": 1063,
    "i8x16.max_u": 1066,
    "i16x8.abs": 1069,
    "i16x8.neg": 1071,
    "i16x8.all_true": 1073,
    "i16x8.bitmask": 1075,
    "i16x8.shl": 1077,
    "i16x8.shr_s": 1083,
    "i16x8.shr_u": 1089,
    "i16x8.add": 1095,
    "i16x8.sub": 1098,
    "i16x8.mul": 1101,
    "i16x8.add_sat_s": 1104,
    "i16x8.add_sat_u": 1107,
    "i16x8.sub_sat_s": 1110,
    "i16x8.sub_sat_u": 1113,
    "i16x8.avgr_u": 1116,
    "i16x8.min_s": 1119,
    "i16x8.min_u": 1122,
    "i16x8.max_s": 1125,
    "i16x8.max_u": 1128,
    "i32x4.abs": 1131,
    "i32x4.neg": 1133,
    "i32x4.all_true": 1135,
    "i32x4.bitmask": 1137,
    "i32x4.shl": 1139,
    "i32x4.shr_s": 1145,
    "i32x4.shr_u": 1151,
    "i32x4.add": 1157,
    "i32x4.sub": 1160,
    "i32x4.mul": 1163,
    "i32x4.min_s": 1166,
    "i32x4.min_u": 1169,
    "i32x4.max_s": 1172,
    "i32x4.max_u": 1175,
    "i64x2.abs": 1178,
    "i64x2.neg": 1180,
    "i64x2.all_true": 1182,
    "i64x2.bitmask": 1184,
    "i64x2.shl": 1186,
    "i64x2.shr_s": 1192,
    "i64x2.shr_u": 1198,
    "i64x2.add": 1204,
    "i64x2.sub": 1207,
    "i64x2.mul": 1210,
    "i8x16.popcnt": 1213,
    "i16x8.extadd_pairwise_i8x16_s": 1215,
    "i8x16.narrow_i16x8_s": 1217,
    "i16x8.extend_low_i8x16_s": 1220,
    "i16x8.extmul_low_i8x16_s": 1222,
    "i16x8.extend_high_i8x16_s": 1225,
    "i16x8.extmul_high_i8x16_s": 1227,
    "i16x8.extadd_pairwise_i8x16_u": 1230,
    "i8x16.narrow_i16x8_u": 1232,
    "i16x8.extend_low_i8x16_u": 1235,
    "i16x8.extmul_low_i8x16_u": 1237,
    "i16x8.extend_high_i8x16_u": 1240,
    "i16x8.extmul_high_i8x16_u": 1242,
    "i32x4.extadd_pairwise_i16x8_s": 1245,
    "i16x8.narrow_i32x4_s": 1247,
    "i32x4.extend_low_i16x8_s": 1250,
    "i32x4.extmul_low_i16x8_s": 1252,
    "i32x4.extend_high_i16x8_s": 1255,
    "i32x4.extmul_high_i16x8_s": 1257,
    "i32x4.extadd_pairwise_i16x8_u": 1260,
    "i16x8.narrow_i32x4_u": 1262,
    "i32x4.extend_low_i16x8_u": 1265,
    "i32x4.extmul_low_i16x8_u": 1267,
    "i32x4.extend_high_i16x8_u": 1270,
    "i32x4.extmul_high_i16x8_u": 1272,
    "i64x2.extend_low_i32x4_s": 1275,
    "i64x2.extmul_low_i32x4_s": 1277,
    "i64x2.extend_high_i32x4_s": 1280,
    "i64x2.extmul_high_i32x4_s": 1282,
    "i64x2.extend_low_i32x4_u": 1285,
    "i64x2.extmul_low_i32x4_u": 1287,
    "i64x2.extend_high_i32x4_u": 1290,
    "i64x2.extmul_high_i32x4_u": 1292,
    "i32x4.dot_i16x8_s": 1295,
    "i16x8.q15mulr_sat_s": 1298,
    "i8x16.swizzle": 1301,
    "i8x16.shuffle": 1304,
    "f32x4.abs": 1307,
    "f32x4.neg": 1309,
    "f32x4.sqrt": 1311,
    "f32x4.ceil": 1313,
    "f32x4.floor": 1315,
    "f32x4.trunc": 1317,
    "f32x4.nearest": 1319,
    "f32x4.add": 1321,
    "f32x4.sub": 1324,
    "f32x4.mul": 1327,
    "f32x4.div": 1330,
    "f32x4.min": 1333,
    "f32x4.max": 1336,
    "f32x4.pmin": 1339,
    "f32x4.pmax": 1342,
    "f32x4.madd": 1345,
    "f32x4.nmadd": 1348,
    "f32x4.canonical": 1351,
    "f64x2.abs": 1352,
    "f64x2.neg": 1354,
    "f64x2.sqrt": 1356,
    "f64x2.ceil": 1358,
    "f64x2.floor": 1360,
    "f64x2.trunc": 1362,
    "f64x2.nearest": 1364,
    "f64x2.add": 1366,
    "f64x2.sub": 1369,
    "f64x2.mul": 1372,
    "f64x2.div": 1375,
    "f64x2.min": 1378,
    "f64x2.max": 1381,
    "f64x2.pmin": 1384,
    "f64x2.pmax": 1387,
    "f64x2.madd": 1390,
    "f64x2.nmadd": 1393,
    "f64x2.canonical": 1396,
    "i32x4.trunc_sat_f32x4_s": 1397,
    "i32x4.trunc_sat_f64x2_s_zero": 1399,
    "f32x4.convert_i32x4_s": 1401,
    "f64x2.convert_low_i32x4_s": 1403,
    "i32x4.trunc_sat_f32x4_u": 1405,
    "i32x4.trunc_sat_f64x2_u_zero": 1407,
    "f32x4.convert_i32x4_u": 1409,
    "f64x2.convert_low_i32x4_u": 1411,
    "f32x4.demote_f64x2_zero": 1413,
    "f64x2.promote_low_f32x4": 1415,
    "i16x8.relaxed_dot_i8x16_i7x16_s": 1417,
    "i32x4.relaxed_dot_i8x16_i7x16_add_s": 1420,
    "v128.const": 1423,
    "v128.load": 1424,
    "v128.load8x8_s": 1432,
    "v128.load8x8_u": 1440,
    "v128.load16x4_s": 1448,
    "v128.load16x4_u": 1456,
    "v128.load32x2_s": 1464,
    "v128.load32x2_u": 1472,
    "v128.load8_splat": 1480,
    "v128.load16_splat": 1488,
    "v128.load32_splat": 1496,
    "v128.load64_splat": 1504,
    "v128.load32_zero": 1512,
    "v128.load64_zero": 1520,
    "v128.store": 3490,
    "v128.load8_lane": 1528,
    "v128.store8_lane": 3500,
    "v128.load16_lane": 1529,
    "v128.store16_lane": 3501,
    "v128.load32_lane": 1530,
    "v128.store32_lane": 3502,
    "v128.load64_lane": 1531,
    "v128.store64_lane": 3503,
    "struct.get_v128": 1532,
    "array.get_v128": 1533,
    "struct.set_v128": 3504,
    "array.set_v128": 3505,
    "select.v128": 1534,
    "move.v128": 3506,
    "global.get_v128": 1536,
    "global.set_v128_s": 3507,
    "global.set_v128_a": 3508,
  ]
}
